// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// Holds tokens, and lets its owner move them out in an emergency.
contract Treasury {
    address public immutable owner;

    error OwnableUnauthorizedAccount(address account);

    constructor(address owner_) {
        owner = owner_;
    }

    function emergencyWithdraw(address token, address recipient, uint256 amount) external {
        if (msg.sender != owner) revert OwnableUnauthorizedAccount(msg.sender);
        require(IERC20(token).transfer(recipient, amount), "transfer failed");
    }
}

/// Lets its owner move tokens out only while it is paused.
contract CarefulTreasury is Pausable {
    address public immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function pause() external {
        require(msg.sender == owner, "not the owner");
        _pause();
    }

    function deposit() external whenNotPaused {}

    function claim() external {}

    function emergencyWithdraw(address token, address recipient, uint256 amount) external whenPaused {
        require(msg.sender == owner, "not the owner");
        require(IERC20(token).transfer(recipient, amount), "transfer failed");
    }
}

/// Says that it withdrew, and has nothing itself.
contract Distant {
    address public immutable owner;

    event Withdrawn(address token, address recipient, uint256 amount);

    constructor(address owner_) {
        owner = owner_;
    }

    function emergencyWithdraw(address token, address recipient, uint256 amount) external {
        require(msg.sender == owner, "not the owner");
        emit Withdrawn(token, recipient, amount);
    }
}

/// Keeps one percent of everything that is sent.
contract FeeToken is ERC20 {
    constructor() ERC20("Fee Token", "FEE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, value);
        super._update(from, address(0), value / 100);
        super._update(from, to, value - value / 100);
    }
}
