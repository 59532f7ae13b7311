// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// Several topics, each of which may be paused for itself.
contract TopicVault {
    bytes32 public constant DEPOSIT = keccak256("DEPOSIT");
    bytes32 public constant WITHDRAW = keccak256("WITHDRAW");
    address public immutable owner;
    mapping(bytes32 topic => bool) public paused;
    uint256 public total = 1000;

    error TopicPaused(bytes32 topic);
    error NotOwner();

    constructor(address owner_) {
        owner = owner_;
    }

    modifier whenRunning(bytes32 topic) {
        if (paused[topic]) revert TopicPaused(topic);
        _;
    }

    function pause(bytes32 topic) external whenRunning(topic) {
        if (msg.sender != owner) revert NotOwner();
        paused[topic] = true;
    }

    function deposit(uint256 amount) external whenRunning(DEPOSIT) {
        total += amount;
    }

    function withdraw(uint256 amount) external whenRunning(WITHDRAW) {
        total -= amount;
    }
}
