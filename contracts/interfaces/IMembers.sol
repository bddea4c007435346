// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @title Who may write to the ledger
/// @notice The members of the consortium and the keys ("signers") that write for them.
///
/// Every change needs the council, a Safe whose owners are the members' governance keys: m of n of them approve one
/// Safe transaction that calls this contract. There is no other privilege, no owner, no proxy. The only things a
/// single key can do are to publish a proposal, which carries no power, and to give itself up.
///
/// A change holds from its block on and never rewrites the past: a signer's slot keeps when it became active and when
/// it ceased to be, so an anchor written before a revocation stays provable. A revoked address never comes back.
///
/// Storage, for those who prove it by `eth_getProof` (`||` from the highest byte down; `keccak256(a . b)` of 32-byte words):
///   - signer `a`:         slot `keccak256(a . 0)` = 96 zero bits || activeUntil (64) || activeFrom (64) || memberId (32)
///   - profile of `m`:     slot `keccak256(m . 1)` = `keccak256(abi.encode(name, endpoint))`
///   - standing of `m`:    slot `keccak256(m . 2)` = 176 zero bits || since (64) || suspended (8) || roles (8)
///   - number of members:  slot `3`
interface IMembers {
    /// @notice A member that the consortium starts with.
    /// @param name The organisation's name as the public sees it
    /// @param endpoint https address of its public API, may be empty
    /// @param roles Bit mask: 1 writer, 2 auditor, 4 operator
    /// @param signers Its first writing keys, may be empty
    struct Founder {
        string name;
        string endpoint;
        uint8 roles;
        address[] signers;
    }

    /// @notice A key that writes for a member.
    /// @param memberId The member, never 0 for a key that was ever added
    /// @param activeFrom Unix seconds of the block that added it
    /// @param activeUntil Unix seconds of the block that revoked it, 0 while it is active
    struct Signer {
        uint32 memberId;
        uint64 activeFrom;
        uint64 activeUntil;
    }

    /// @notice What a member may do now.
    /// @param roles Bit mask: 1 writer, 2 auditor, 4 operator
    /// @param suspended Whether it lost all rights until it is reinstated
    /// @param since Unix seconds of the block that admitted it, 0 for no such member
    struct Standing {
        uint8 roles;
        bool suspended;
        uint64 since;
    }

    /// @notice A member joined. Founders are admitted by the constructor.
    /// @param memberId 1, 2, 3 … in the order of admission
    /// @param name The organisation's name
    /// @param endpoint https address of its public API
    /// @param roles Bit mask: 1 writer, 2 auditor, 4 operator
    event MemberAdmitted(uint32 indexed memberId, string name, string endpoint, uint8 roles);

    /// @notice A member lost all rights; its signers stay listed but may not write.
    /// @param memberId The member
    event MemberSuspended(uint32 indexed memberId);

    /// @notice A suspended member has its rights again.
    /// @param memberId The member
    event MemberReinstated(uint32 indexed memberId);

    /// @notice A member's roles were replaced.
    /// @param memberId The member
    /// @param roles The new bit mask
    event RolesSet(uint32 indexed memberId, uint8 roles);

    /// @notice A member's public name and endpoint were replaced.
    /// @param memberId The member
    /// @param name The organisation's name
    /// @param endpoint https address of its public API
    event ProfileSet(uint32 indexed memberId, string name, string endpoint);

    /// @notice A key may write for a member from this block on.
    /// @param memberId The member
    /// @param signer The key's address
    /// @param activeFrom Unix seconds of this block
    event SignerAdded(uint32 indexed memberId, address indexed signer, uint64 activeFrom);

    /// @notice A key may not write any more, for ever.
    /// @param memberId The member
    /// @param signer The key's address
    /// @param activeUntil Unix seconds of this block
    event SignerRevoked(uint32 indexed memberId, address indexed signer, uint64 activeUntil);

    /// @notice Somebody asks the council to approve a Safe transaction: a plain call of no value, without gas refund,
    /// so that target, data and nonce are all that its hash depends on.
    /// @param safeTxHash What the owners approve by `approveHash`, as the council itself computes it
    /// @param nonce The council's nonce at which the proposal can be executed
    /// @param proposer Who asks
    /// @param target The contract to call: this one, or the council itself for its owners and threshold
    /// @param data The call
    event Proposed(bytes32 indexed safeTxHash, uint256 indexed nonce, address indexed proposer, address target, bytes data);

    /// @notice The caller is not the council.
    error NotTheCouncil(address caller);

    /// @notice The council's address holds no contract.
    error NoCouncil(address council);

    /// @notice A consortium needs a founding member.
    error NoFounders();

    /// @notice No member has this number.
    error UnknownMember(uint32 memberId);

    /// @notice The mask has a bit that is no role.
    error UnknownRoles(uint8 roles);

    /// @notice A member needs a name.
    error EmptyName();

    /// @notice The member is suspended already.
    error AlreadySuspended(uint32 memberId);

    /// @notice The member is not suspended.
    error NotSuspended(uint32 memberId);

    /// @notice The zero address cannot sign.
    error ZeroSigner();

    /// @notice The address is or was a signer; an address is used once.
    error SignerTaken(address signer, uint32 memberId);

    /// @notice The address is no signer, or is revoked already.
    error NotAnActiveSigner(address signer);

    /// @notice The caller is neither an owner of the council nor an active signer of a member in good standing.
    error NotAProposer(address caller);

    /// @notice The council is past that nonce: the proposal could never be executed.
    error StaleNonce(uint256 nonce, uint256 councilNonce);

    /// @notice Admit a member. Only the council.
    /// @param name The organisation's name, not empty
    /// @param endpoint https address of its public API, may be empty
    /// @param roles Bit mask: 1 writer, 2 auditor, 4 operator
    /// @return memberId The new member's number
    function admit(string calldata name, string calldata endpoint, uint8 roles) external returns (uint32 memberId);

    /// @notice Take all rights from a member until it is reinstated. Only the council.
    /// @param memberId The member
    function suspend(uint32 memberId) external;

    /// @notice Give a suspended member its rights back. Only the council.
    /// @param memberId The member
    function reinstate(uint32 memberId) external;

    /// @notice Replace a member's roles. Only the council.
    /// @param memberId The member
    /// @param roles Bit mask: 1 writer, 2 auditor, 4 operator
    function setRoles(uint32 memberId, uint8 roles) external;

    /// @notice Replace a member's public name and endpoint. Only the council.
    /// @param memberId The member
    /// @param name The organisation's name, not empty
    /// @param endpoint https address of its public API, may be empty
    function setProfile(uint32 memberId, string calldata name, string calldata endpoint) external;

    /// @notice Let a key write for a member. Only the council.
    /// @param memberId The member
    /// @param account An address that never was a signer
    function addSigner(uint32 memberId, address account) external;

    /// @notice Stop a key from writing, for ever. Only the council.
    /// @param account An active signer
    function revokeSigner(address account) external;

    /// @notice A signer gives itself up, for ever: the fast answer to a key that may have leaked.
    function renounce() external;

    /// @notice Publish a call for the council to approve, so that everybody can list what is pending from the logs.
    /// It changes nothing. For owners of the council, and for active signers of members that are not suspended.
    /// @param target The contract that the council shall call
    /// @param data The call
    /// @param nonce The council's nonce at which it shall be executed: its present one, or a later one to queue
    /// @return safeTxHash What the owners approve by `approveHash`
    function propose(address target, bytes calldata data, uint256 nonce) external returns (bytes32 safeTxHash);

    /// @notice For which member an address may write now.
    /// @param account The address
    /// @return memberId The member, or 0 if it may not write: unknown, revoked, suspended, or without the writer role
    function writerOf(address account) external view returns (uint32 memberId);

    /// @notice A member's standing and the hash of its profile; the profile itself is in the logs.
    /// @param memberId The member
    /// @return standing Roles, suspension, time of admission; all zero for no such member
    /// @return profile `keccak256(abi.encode(name, endpoint))`
    function member(uint32 memberId) external view returns (Standing memory standing, bytes32 profile);

    /// @notice What is recorded of a key.
    /// @param account The address
    /// @return record All zero if it never was a signer
    function signer(address account) external view returns (Signer memory record);

    /// @notice How many members were ever admitted; their numbers are 1 … this.
    function memberCount() external view returns (uint32);

    /// @notice The Safe that decides.
    function council() external view returns (address);
}
