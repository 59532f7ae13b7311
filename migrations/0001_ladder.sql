CREATE TABLE `ladder_signatures` (
	`chain_id` integer NOT NULL,
	`safe` text NOT NULL,
	`nonce` text NOT NULL,
	`safe_tx_hash` text NOT NULL,
	`owner` text NOT NULL,
	`via` text NOT NULL,
	`key_id` text NOT NULL,
	`sealed` blob NOT NULL,
	`stored_at` integer NOT NULL,
	PRIMARY KEY(`safe_tx_hash`, `owner`)
);
