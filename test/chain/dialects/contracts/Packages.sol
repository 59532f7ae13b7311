// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// OpenZeppelin's own contracts, compiled as they are.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
