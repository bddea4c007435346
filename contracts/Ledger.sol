// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @title Ledger
/// @notice See `ILedger`. New rules are a new deployment.
contract Ledger is ILedger {
    // Keeps a transaction below 16.7 million gas and 128 KB, the caps of newer engines.
    uint256 private constant MAX_BATCH = 500;

    // Who may write; set once.
    IMembers private immutable MEMBERS;

    // Slot 0. Zero means never anchored.
    mapping(bytes32 itemId => Head head) private _heads;

    // Slot 1. The position of the latest anchor; zero means none yet.
    uint64 private _total;

    constructor(IMembers members_) {
        if (address(members_).code.length == 0) revert NoMembers(address(members_));
        MEMBERS = members_;
    }

    /// @inheritdoc ILedger
    function anchor(bytes32[] calldata itemIds, bytes32[] calldata commitments) external {
        uint32 memberId = MEMBERS.writerOf(msg.sender);
        if (memberId == 0) revert NotAWriter(msg.sender);
        uint256 size = itemIds.length;
        if (size == 0 || size > MAX_BATCH) revert BatchSize(size, MAX_BATCH);
        if (size != commitments.length) revert LengthMismatch(size, commitments.length);
        uint64 position = _total;
        for (uint256 i = 0; i < size; ++i) {
            if (commitments[i] == 0) revert ZeroCommitment(i);
            uint32 seq = _fold(_heads[itemIds[i]], commitments[i]);
            emit Anchored(itemIds[i], memberId, ++position, msg.sender, seq, commitments[i]);
        }
        _total = position;
    }

    /// @inheritdoc ILedger
    function heads(bytes32[] calldata itemIds) external view returns (bytes32[] memory words) {
        words = new bytes32[](itemIds.length);
        for (uint256 i = 0; i < itemIds.length; ++i) {
            Head memory item = _heads[itemIds[i]];
            words[i] = bytes32((uint256(item.count) << 224) | uint224(item.head));
        }
    }

    /// @inheritdoc ILedger
    function total() external view returns (uint64) {
        return _total;
    }

    /// @inheritdoc ILedger
    function members() external view returns (IMembers) {
        return MEMBERS;
    }

    /// @dev Fold one commitment into an item's head; returns the anchor's number within the item (spec 5.2).
    function _fold(Head storage item, bytes32 commitment) private returns (uint32 seq) {
        seq = item.count + 1;
        item.head = bytes28(keccak256(abi.encodePacked(item.head, commitment, msg.sender, uint64(block.timestamp))));
        item.count = seq;
    }
}
