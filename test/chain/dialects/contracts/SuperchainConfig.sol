// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// Optimism's SuperchainConfig 2.5 as its callers see it: a pause expires, and its time stays written down until the
/// guardian unpauses, so that it can't be set a second time.
contract SuperchainConfig {
    uint256 public constant pauseExpiry = 7_884_000;
    address public immutable guardian;
    address public immutable incidentResponder;
    mapping(address identifier => uint256) public pauseTimestamps;

    event Paused(address identifier);
    event Unpaused(address identifier);
    event PauseExtended(address identifier);

    error SuperchainConfig_OnlyGuardian();
    error SuperchainConfig_OnlyGuardianOrIncidentResponder();
    error SuperchainConfig_AlreadyPaused(address identifier);
    error SuperchainConfig_NotAlreadyPaused(address identifier);

    constructor(address guardian_, address incidentResponder_) {
        guardian = guardian_;
        incidentResponder = incidentResponder_;
    }

    function pause(address identifier) external {
        if (msg.sender != guardian && msg.sender != incidentResponder) {
            revert SuperchainConfig_OnlyGuardianOrIncidentResponder();
        }
        if (pauseTimestamps[identifier] != 0) revert SuperchainConfig_AlreadyPaused(identifier);
        pauseTimestamps[identifier] = block.timestamp;
        emit Paused(identifier);
    }

    function unpause(address identifier) external {
        if (msg.sender != guardian) revert SuperchainConfig_OnlyGuardian();
        pauseTimestamps[identifier] = 0;
        emit Unpaused(identifier);
    }

    function extend(address identifier) external {
        if (msg.sender != guardian) revert SuperchainConfig_OnlyGuardian();
        if (pauseTimestamps[identifier] == 0) revert SuperchainConfig_NotAlreadyPaused(identifier);
        pauseTimestamps[identifier] = block.timestamp;
        emit PauseExtended(identifier);
    }

    function pausable(address identifier) external view returns (bool) {
        return pauseTimestamps[identifier] == 0;
    }

    function paused() external view returns (bool) {
        return paused(address(0));
    }

    function paused(address identifier) public view returns (bool) {
        uint256 since = pauseTimestamps[identifier];
        return since != 0 && block.timestamp < since + pauseExpiry;
    }

    function expiration(address identifier) external view returns (uint256) {
        uint256 since = pauseTimestamps[identifier];
        return since == 0 ? 0 : since + pauseExpiry;
    }
}

/// A portal that asks it: withdrawals stop, deposits go on.
contract Portal {
    SuperchainConfig public immutable config;
    address public immutable identifier;
    uint256 public finalized;

    error OptimismPortal_CallPaused();

    constructor(SuperchainConfig config_, address identifier_) {
        config = config_;
        identifier = identifier_;
    }

    function paused() public view returns (bool) {
        return config.paused(identifier) || config.paused(address(0));
    }

    function finalizeWithdrawal() external {
        if (paused()) revert OptimismPortal_CallPaused();
        finalized += 1;
    }

    function depositTransaction() external {
        finalized += 0;
    }
}
