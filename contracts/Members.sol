// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ISafe} from "@safe-global/safe-smart-account/contracts/interfaces/ISafe.sol";
import {Enum} from "@safe-global/safe-smart-account/contracts/libraries/Enum.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @title Members
/// @notice See `IMembers`. The council is the only privilege, and it cannot be changed; its owners can change, by m of n.
contract Members is IMembers {
    uint8 private constant WRITER = 1;
    uint8 private constant ALL_ROLES = 7; // writer, auditor, operator

    // The Safe that decides; set once.
    ISafe private immutable COUNCIL;

    // Slot 0. Zero means never a signer.
    mapping(address account => Signer record) private _signers;

    // Slot 1. keccak256(abi.encode(name, endpoint)). Zero means no such member.
    mapping(uint32 memberId => bytes32 profile) private _profiles;

    // Slot 2. `since` zero means no such member.
    mapping(uint32 memberId => Standing standing) private _standings;

    // Slot 3. The latest member's number.
    uint32 private _memberCount;

    modifier onlyCouncil() {
        if (msg.sender != address(COUNCIL)) revert NotTheCouncil(msg.sender);
        _;
    }

    modifier known(uint32 memberId) {
        // slither-disable-next-line incorrect-equality -- zero stands for "never admitted", no time is compared
        if (_standings[memberId].since == 0) revert UnknownMember(memberId);
        _;
    }

    constructor(ISafe council_, Founder[] memory founders) {
        if (address(council_).code.length == 0) revert NoCouncil(address(council_));
        if (founders.length == 0) revert NoFounders();
        COUNCIL = council_;
        for (uint256 i = 0; i < founders.length; ++i) {
            Founder memory founder = founders[i];
            uint32 memberId = _admit(founder.name, founder.endpoint, founder.roles);
            for (uint256 j = 0; j < founder.signers.length; ++j) _addSigner(memberId, founder.signers[j]);
        }
    }

    /// @inheritdoc IMembers
    function admit(string calldata name, string calldata endpoint, uint8 roles) external onlyCouncil returns (uint32 memberId) {
        return _admit(name, endpoint, roles);
    }

    /// @inheritdoc IMembers
    function suspend(uint32 memberId) external onlyCouncil known(memberId) {
        if (_standings[memberId].suspended) revert AlreadySuspended(memberId);
        _standings[memberId].suspended = true;
        emit MemberSuspended(memberId);
    }

    /// @inheritdoc IMembers
    function reinstate(uint32 memberId) external onlyCouncil known(memberId) {
        if (!_standings[memberId].suspended) revert NotSuspended(memberId);
        _standings[memberId].suspended = false;
        emit MemberReinstated(memberId);
    }

    /// @inheritdoc IMembers
    function setRoles(uint32 memberId, uint8 roles) external onlyCouncil known(memberId) {
        _checkRoles(roles);
        _standings[memberId].roles = roles;
        emit RolesSet(memberId, roles);
    }

    /// @inheritdoc IMembers
    function setProfile(uint32 memberId, string calldata name, string calldata endpoint) external onlyCouncil known(memberId) {
        _writeProfile(memberId, name, endpoint);
        emit ProfileSet(memberId, name, endpoint);
    }

    /// @inheritdoc IMembers
    function addSigner(uint32 memberId, address account) external onlyCouncil known(memberId) {
        _addSigner(memberId, account);
    }

    /// @inheritdoc IMembers
    function revokeSigner(address account) external onlyCouncil {
        _revoke(account);
    }

    /// @inheritdoc IMembers
    function renounce() external {
        _revoke(msg.sender);
    }

    /// @inheritdoc IMembers
    function propose(address target, bytes calldata data, uint256 nonce) external returns (bytes32 safeTxHash) {
        if (!COUNCIL.isOwner(msg.sender) && !_inGoodStanding(_signers[msg.sender])) revert NotAProposer(msg.sender);
        uint256 councilNonce = COUNCIL.nonce();
        if (nonce < councilNonce) revert StaleNonce(nonce, councilNonce);
        safeTxHash = COUNCIL.getTransactionHash(
            target, 0, data, Enum.Operation.Call, 0, 0, 0, address(0), address(0), nonce
        );
        emit Proposed(safeTxHash, nonce, msg.sender, target, data);
    }

    /// @inheritdoc IMembers
    function writerOf(address account) external view returns (uint32 memberId) {
        Signer memory record = _signers[account];
        return _inGoodStanding(record) && _standings[record.memberId].roles & WRITER != 0 ? record.memberId : 0;
    }

    /// @inheritdoc IMembers
    function member(uint32 memberId) external view returns (Standing memory standing, bytes32 profile) {
        return (_standings[memberId], _profiles[memberId]);
    }

    /// @inheritdoc IMembers
    function signer(address account) external view returns (Signer memory record) {
        return _signers[account];
    }

    /// @inheritdoc IMembers
    function memberCount() external view returns (uint32) {
        return _memberCount;
    }

    /// @inheritdoc IMembers
    function council() external view returns (address) {
        return address(COUNCIL);
    }

    /// @dev Number, record and announce a new member.
    function _admit(string memory name, string memory endpoint, uint8 roles) private returns (uint32 memberId) {
        _checkRoles(roles);
        // slither-disable-next-line costly-loop -- the only loop is the constructor's, over the few founders
        memberId = ++_memberCount;
        _writeProfile(memberId, name, endpoint);
        _standings[memberId] = Standing({roles: roles, suspended: false, since: uint64(block.timestamp)});
        emit MemberAdmitted(memberId, name, endpoint, roles);
    }

    /// @dev Record and announce a key that was never used before. The caller checked that the member exists.
    function _addSigner(uint32 memberId, address account) private {
        if (account == address(0)) revert ZeroSigner();
        uint32 takenBy = _signers[account].memberId;
        if (takenBy != 0) revert SignerTaken(account, takenBy);
        uint64 now_ = uint64(block.timestamp);
        _signers[account] = Signer({memberId: memberId, activeFrom: now_, activeUntil: 0});
        emit SignerAdded(memberId, account, now_);
    }

    /// @dev End an active key; member and start stay recorded, so that what it wrote stays provable.
    function _revoke(address account) private {
        Signer storage record = _signers[account];
        if (!_isActive(record)) revert NotAnActiveSigner(account);
        uint64 now_ = uint64(block.timestamp);
        record.activeUntil = now_;
        emit SignerRevoked(record.memberId, account, now_);
    }

    /// @dev Keep the profile's hash; the text is in the log that the caller emits.
    function _writeProfile(uint32 memberId, string memory name, string memory endpoint) private {
        if (bytes(name).length == 0) revert EmptyName();
        _profiles[memberId] = keccak256(abi.encode(name, endpoint));
    }

    /// @dev Whether a key is active and its member not suspended.
    function _inGoodStanding(Signer memory record) private view returns (bool) {
        return _isActive(record) && !_standings[record.memberId].suspended;
    }

    /// @dev Whether a key was added and not revoked.
    function _isActive(Signer memory record) private pure returns (bool) {
        // slither-disable-next-line incorrect-equality -- zero stands for "not revoked", no time is compared
        return record.memberId != 0 && record.activeUntil == 0;
    }

    /// @dev Refuse a mask with a bit that means nothing.
    function _checkRoles(uint8 roles) private pure {
        if (roles & ~ALL_ROLES != 0) revert UnknownRoles(roles);
    }
}
