// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// OpenZeppelin's AccessManaged: the way in asks the manager, the way out asks nobody.
contract ManagedVault is AccessManaged {
    uint256 public total = 1000;

    constructor(address manager) AccessManaged(manager) {}

    function deposit(uint256 amount) external restricted {
        total += amount;
    }

    function withdraw(uint256 amount) external {
        total -= amount;
    }
}
