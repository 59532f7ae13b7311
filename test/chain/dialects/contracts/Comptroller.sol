// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// Compound v2's guardian flags: the guardian can set them, only the admin can lift them, and redeem asks none of them.
contract Comptroller {
    address public immutable admin;
    address public immutable pauseGuardian;
    mapping(address cToken => bool) public listed;
    mapping(address cToken => bool) public mintGuardianPaused;
    mapping(address cToken => bool) public borrowGuardianPaused;
    bool public transferGuardianPaused;
    bool public seizeGuardianPaused;

    constructor(address admin_, address pauseGuardian_) {
        admin = admin_;
        pauseGuardian = pauseGuardian_;
    }

    function support(address cToken) external {
        listed[cToken] = true;
    }

    function _setMintPaused(address cToken, bool state) external returns (bool) {
        require(listed[cToken], "cannot pause a market that is not listed");
        _check(state);
        mintGuardianPaused[cToken] = state;
        return state;
    }

    function _setBorrowPaused(address cToken, bool state) external returns (bool) {
        require(listed[cToken], "cannot pause a market that is not listed");
        _check(state);
        borrowGuardianPaused[cToken] = state;
        return state;
    }

    function _setTransferPaused(bool state) external returns (bool) {
        _check(state);
        transferGuardianPaused = state;
        return state;
    }

    function _setSeizePaused(bool state) external returns (bool) {
        _check(state);
        seizeGuardianPaused = state;
        return state;
    }

    function mintAllowed(address cToken) external view {
        require(!mintGuardianPaused[cToken], "mint is paused");
    }

    function borrowAllowed(address cToken) external view {
        require(!borrowGuardianPaused[cToken], "borrow is paused");
    }

    function transferAllowed() external view {
        require(!transferGuardianPaused, "transfer is paused");
    }

    function seizeAllowed() external view {
        require(!seizeGuardianPaused, "seize is paused");
    }

    function _check(bool state) private view {
        require(msg.sender == pauseGuardian || msg.sender == admin, "only pause guardian and admin can pause");
        require(msg.sender == admin || state, "only admin can unpause");
    }
}

contract CToken {
    Comptroller public immutable comptroller;
    uint256 public total = 1000;

    constructor(Comptroller comptroller_) {
        comptroller = comptroller_;
        comptroller_.support(address(this));
    }

    function mint(uint256 amount) external {
        comptroller.mintAllowed(address(this));
        total += amount;
    }

    function borrow(uint256 amount) external {
        comptroller.borrowAllowed(address(this));
        total -= amount;
    }

    function transfer(address, uint256) external view returns (bool) {
        comptroller.transferAllowed();
        return true;
    }

    function seize(uint256 amount) external {
        comptroller.seizeAllowed();
        total -= amount;
    }

    function redeem(uint256 amount) external {
        total -= amount;
    }
}
