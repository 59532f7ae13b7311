// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

/// What OpenZeppelin's PausableUpgradeable 5 is to its callers: the flag at the ERC-7201 slot of
/// "openzeppelin.storage.Pausable", EnforcedPause() and ExpectedPause(), behind a proxy.
abstract contract PausableUpgradeable is Initializable {
    struct PausableStorage {
        bool paused;
    }

    bytes32 private constant SLOT = 0xcd5ed15c6e187e77e9aee88184c21f4f2182ab5827cb3b7e07fbedcd63f03300;

    event Paused(address account);
    event Unpaused(address account);

    error EnforcedPause();
    error ExpectedPause();

    modifier whenNotPaused() {
        if (paused()) revert EnforcedPause();
        _;
    }

    function paused() public view returns (bool) {
        return _storage().paused;
    }

    function _pause() internal whenNotPaused {
        _storage().paused = true;
        emit Paused(msg.sender);
    }

    function _unpause() internal {
        if (!paused()) revert ExpectedPause();
        _storage().paused = false;
        emit Unpaused(msg.sender);
    }

    function _storage() private pure returns (PausableStorage storage s) {
        assembly {
            s.slot := SLOT
        }
    }
}

/// A vault behind a proxy, whose owner pauses it.
contract UpgradeableVault is PausableUpgradeable {
    address public owner;
    uint256 public total;

    error OwnableUnauthorizedAccount(address account);

    function initialize(address owner_) external initializer {
        owner = owner_;
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert OwnableUnauthorizedAccount(msg.sender);
        _;
    }

    function pause() external onlyOwner {
        _pause();
    }

    function unpause() external onlyOwner {
        _unpause();
    }

    function deposit(uint256 amount) external whenNotPaused {
        total += amount;
    }

    function withdraw(uint256 amount) external {
        total -= amount;
    }
}
