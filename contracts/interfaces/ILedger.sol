// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IMembers} from "./IMembers.sol";

/// @title What was committed, by whom, in which order
/// @notice Records commitments for items, nothing else: no owner, no proxy, no setter, nothing readable.
///
/// Each item has one slot, its head: the fold of all of its anchors, and their count. It authenticates content, order,
/// completeness, writers and times of the item's whole history.
///   head' = first 28 bytes of keccak256(head (28 bytes) . commitment (32) . signer (20) . uint64 block time (8)), from 28 zero bytes
///
/// Storage, for those who prove it by `eth_getProof`:
///   - head of item `i`:  slot `keccak256(i . 0)` = count (32 bits) || head (224 bits)
///   - total:             slot `1`
interface ILedger {
    /// @notice The fold of all of an item's anchors, and their count. All zero for an item that was never anchored.
    struct Head {
        bytes28 head;
        uint32 count;
    }

    /// @notice A commitment was recorded for an item. The block's timestamp is the anchor's time.
    /// @param itemId keccak256 of the item code
    /// @param memberId The member that the signer wrote for
    /// @param position 1, 2, 3 … over the whole ledger, without a gap
    /// @param signer Who wrote
    /// @param seq 1, 2, 3 … within the item, without a gap
    /// @param commitment Root of the salted tree over the event's properties
    event Anchored(
        bytes32 indexed itemId, uint32 indexed memberId, uint64 position, address signer, uint32 seq, bytes32 commitment
    );

    /// @notice The caller may not write: unknown, revoked, suspended, or without the writer role.
    error NotAWriter(address signer);

    /// @notice A transaction holds 1 to `max` anchors.
    error BatchSize(uint256 size, uint256 max);

    /// @notice Each item needs exactly one commitment.
    error LengthMismatch(uint256 itemIds, uint256 commitments);

    /// @notice The commitment at this index is empty.
    error ZeroCommitment(uint256 index);

    /// @notice The address given for the members holds no contract.
    error NoMembers(address members);

    /// @notice Record one commitment per item, in the given order; all or nothing.
    /// @param itemIds 1 to 500 items; the same item may stand more than once
    /// @param commitments One for each item, none zero
    function anchor(bytes32[] calldata itemIds, bytes32[] calldata commitments) external;

    /// @notice The heads of many items.
    /// @param itemIds The items
    /// @return words For each its storage word: count in the upper 4 bytes, head in the lower 28
    function heads(bytes32[] calldata itemIds) external view returns (bytes32[] memory words);

    /// @notice How many anchors the ledger holds; their positions are 1 … this.
    function total() external view returns (uint64);

    /// @notice The contract that says who may write.
    function members() external view returns (IMembers);
}
