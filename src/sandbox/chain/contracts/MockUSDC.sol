// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A test dollar with six decimals that anyone may mint. It is worth nothing, and only ever lives on chain 31337.
contract MockUSDC is ERC20 {
    constructor() ERC20("Sandbox USD Coin", "USDC") {}

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
