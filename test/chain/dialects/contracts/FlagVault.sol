// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// A flag with a setter and a getter of its own name. Old code beside new: one way in reverts with a custom error, the
/// other one with a reason.
contract FlagVault {
    address public immutable owner;
    bool public stopped;
    uint256 public total = 1000;

    error VaultStopped();

    constructor(address owner_) {
        owner = owner_;
    }

    function setPaused(bool paused) external {
        require(msg.sender == owner, "not the owner");
        stopped = paused;
    }

    function deposit(uint256 amount) external {
        if (stopped) revert VaultStopped();
        total += amount;
    }

    function mint(uint256 amount) external {
        require(!stopped, "vault stopped");
        total += amount;
    }

    /// Reverts while stopped, and for a reason that has nothing to do with it.
    function borrow(uint256 amount) external {
        require(!stopped, "no liquidity");
        total -= amount;
    }

    function withdraw(uint256 amount) external {
        total -= amount;
    }
}
