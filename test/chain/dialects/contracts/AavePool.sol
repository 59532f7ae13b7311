// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// As much of an Aave v3 market as a pause touches: a configuration word per reserve, whose bit 60 says "paused", and a
/// configurator that sets it for emergency and pool admins.
contract AclManager {
    mapping(address => bool) public isEmergencyAdmin;
    mapping(address => bool) public isPoolAdmin;

    constructor(address emergencyAdmin, address poolAdmin) {
        isEmergencyAdmin[emergencyAdmin] = true;
        isPoolAdmin[poolAdmin] = true;
    }
}

contract AddressesProvider {
    address public getACLManager;

    constructor(address acl) {
        getACLManager = acl;
    }
}

contract AavePool {
    struct Configuration {
        uint256 data;
    }

    address public immutable ADDRESSES_PROVIDER;
    address public configurator;
    address[] private reserves;
    mapping(address asset => Configuration) private configurations;
    mapping(address asset => uint256) public supplied;

    error ReservePaused();
    error CallerNotPoolConfigurator();

    constructor(address provider, address[] memory reserves_) {
        ADDRESSES_PROVIDER = provider;
        reserves = reserves_;
        // Bit 56: active. Other bits are set too, so that a reader who takes the wrong one is found out.
        for (uint256 i = 0; i < reserves_.length; i++) configurations[reserves_[i]].data = (1 << 56) | (1 << 57);
    }

    function setConfigurator(address configurator_) external {
        require(configurator == address(0), "set already");
        configurator = configurator_;
    }

    function getReservesList() external view returns (address[] memory) {
        return reserves;
    }

    function getConfiguration(address asset) external view returns (Configuration memory) {
        return configurations[asset];
    }

    function setConfiguration(address asset, Configuration calldata configuration) external {
        if (msg.sender != configurator) revert CallerNotPoolConfigurator();
        configurations[asset] = configuration;
    }

    function supply(address asset, uint256 amount) external {
        if ((configurations[asset].data >> 60) & 1 == 1) revert ReservePaused();
        supplied[asset] += amount;
    }

    /// As versions before 3.4 said it: the error's number as a text.
    function borrow(address asset, uint256 amount) external {
        require((configurations[asset].data >> 60) & 1 == 0, "29");
        supplied[asset] += amount;
    }
}

contract PoolConfigurator {
    AavePool private immutable pool;
    AclManager private immutable acl;

    error CallerNotPoolOrEmergencyAdmin();

    constructor(AavePool pool_, AclManager acl_) {
        pool = pool_;
        acl = acl_;
    }

    modifier onlyEmergencyOrPoolAdmin() {
        if (!acl.isEmergencyAdmin(msg.sender) && !acl.isPoolAdmin(msg.sender)) revert CallerNotPoolOrEmergencyAdmin();
        _;
    }

    function setReservePause(address asset, bool paused) public onlyEmergencyOrPoolAdmin {
        AavePool.Configuration memory configuration = pool.getConfiguration(asset);
        uint256 mask = 1 << 60;
        configuration.data = paused ? configuration.data | mask : configuration.data & ~mask;
        pool.setConfiguration(asset, configuration);
    }

    function setPoolPause(bool paused) external onlyEmergencyOrPoolAdmin {
        address[] memory reserves = pool.getReservesList();
        for (uint256 i = 0; i < reserves.length; i++) {
            if (reserves[i] != address(0)) setReservePause(reserves[i], paused);
        }
    }
}
