// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

/// Lido's PausableUntil with its roles, as on the withdrawal queue: requests stop, claims go on.
contract LidoQueue is AccessControl {
    bytes32 public constant PAUSE_ROLE = keccak256("PAUSE_ROLE");
    bytes32 public constant RESUME_ROLE = keccak256("RESUME_ROLE");
    uint256 public constant PAUSE_INFINITELY = type(uint256).max;
    uint256 private resumeSince;
    uint256 public requests;

    event Paused(uint256 duration);
    event Resumed();

    error ZeroPauseDuration();
    error PausedExpected();
    error ResumedExpected();

    constructor(address admin) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(RESUME_ROLE, admin);
    }

    modifier whenResumed() {
        if (isPaused()) revert ResumedExpected();
        _;
    }

    function isPaused() public view returns (bool) {
        return block.timestamp < resumeSince;
    }

    function getResumeSinceTimestamp() external view returns (uint256) {
        return resumeSince;
    }

    function pauseFor(uint256 duration) external onlyRole(PAUSE_ROLE) whenResumed {
        if (duration == 0) revert ZeroPauseDuration();
        resumeSince = duration == PAUSE_INFINITELY ? PAUSE_INFINITELY : block.timestamp + duration;
        emit Paused(duration);
    }

    function resume() external onlyRole(RESUME_ROLE) {
        if (!isPaused()) revert PausedExpected();
        resumeSince = block.timestamp;
        emit Resumed();
    }

    function requestWithdrawals() external whenResumed {
        requests += 1;
    }

    function claimWithdrawals() external {
        requests -= 0;
    }
}

/// Lido's GateSeal: works once, for one committee, for a time fixed at birth; all of it or none.
contract GateSeal {
    address private immutable committee;
    uint256 private immutable duration;
    uint256 private expiry;
    address[] private sealables;

    constructor(address committee_, uint256 duration_, address[] memory sealables_, uint256 expiry_) {
        committee = committee_;
        duration = duration_;
        sealables = sealables_;
        expiry = expiry_;
    }

    function get_sealing_committee() external view returns (address) {
        return committee;
    }

    function get_seal_duration_seconds() external view returns (uint256) {
        return duration;
    }

    function get_sealables() external view returns (address[] memory) {
        return sealables;
    }

    function get_expiry_timestamp() external view returns (uint256) {
        return expiry;
    }

    function is_expired() public view returns (bool) {
        return block.timestamp > expiry;
    }

    function seal(address[] calldata chosen) external {
        require(msg.sender == committee, "sender: not SEALING_COMMITTEE");
        require(!is_expired(), "gate seal: expired");
        require(chosen.length > 0, "sealables: empty subset");
        expiry = 0;
        for (uint256 i = 0; i < chosen.length; i++) {
            require(_isSealable(chosen[i]), "sealables: includes a non-sealable");
            LidoQueue(chosen[i]).pauseFor(duration);
            require(LidoQueue(chosen[i]).isPaused(), "sealables: failed to seal");
        }
    }

    function _isSealable(address one) private view returns (bool) {
        for (uint256 i = 0; i < sealables.length; i++) {
            if (sealables[i] == one) return true;
        }
        return false;
    }
}
