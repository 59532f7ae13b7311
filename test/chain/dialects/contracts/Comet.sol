// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// Compound III's five flags, which one call sets all at once.
contract Comet {
    address public immutable governor;
    address public immutable pauseGuardian;
    uint8 private flags;
    uint256 public total = 1000;

    error Paused();
    error Unauthorized();

    constructor(address governor_, address pauseGuardian_) {
        governor = governor_;
        pauseGuardian = pauseGuardian_;
    }

    function pause(
        bool supplyPaused,
        bool transferPaused,
        bool withdrawPaused,
        bool absorbPaused,
        bool buyPaused
    ) external {
        if (msg.sender != governor && msg.sender != pauseGuardian) revert Unauthorized();
        flags = (supplyPaused ? 1 : 0) | (transferPaused ? 2 : 0) | (withdrawPaused ? 4 : 0) | (absorbPaused ? 8 : 0)
            | (buyPaused ? 16 : 0);
    }

    function isSupplyPaused() public view returns (bool) {
        return flags & 1 != 0;
    }

    function isTransferPaused() public view returns (bool) {
        return flags & 2 != 0;
    }

    function isWithdrawPaused() public view returns (bool) {
        return flags & 4 != 0;
    }

    function isAbsorbPaused() public view returns (bool) {
        return flags & 8 != 0;
    }

    function isBuyPaused() public view returns (bool) {
        return flags & 16 != 0;
    }

    function supply(uint256 amount) external {
        if (isSupplyPaused()) revert Paused();
        total += amount;
    }

    function withdraw(uint256 amount) external {
        if (isWithdrawPaused()) revert Paused();
        total -= amount;
    }
}
