CREATE TABLE `counters` (
	`kind` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `effects` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`lane` text NOT NULL,
	`effect` text NOT NULL,
	`owed_at` integer NOT NULL,
	`generation` integer DEFAULT 1 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`done_at` integer,
	`failure` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `effects_owed_key` ON `effects` (`key`) WHERE "effects"."done_at" IS NULL;--> statement-breakpoint
CREATE INDEX `effects_owed` ON `effects` (`lane`,`next_at`) WHERE "effects"."done_at" IS NULL;--> statement-breakpoint
CREATE TABLE `events` (
	`stream` text NOT NULL,
	`seq` integer NOT NULL,
	`at` text NOT NULL,
	`recorded_at` text NOT NULL,
	`by` text NOT NULL,
	`by_name` text,
	`event` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	`invocation` text,
	PRIMARY KEY(`stream`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `events_invocation` ON `events` (`invocation`) WHERE "events"."invocation" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `inbox` (
	`id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`received_at` integer NOT NULL,
	`done_at` integer
);
--> statement-breakpoint
CREATE INDEX `inbox_open` ON `inbox` (`received_at`) WHERE "inbox"."done_at" IS NULL;--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TRIGGER `events_are_never_changed` BEFORE UPDATE ON `events` BEGIN
  SELECT RAISE(ABORT, 'The timeline is append-only: events are never changed.');
END;
--> statement-breakpoint
CREATE TRIGGER `events_are_never_removed` BEFORE DELETE ON `events` BEGIN
  SELECT RAISE(ABORT, 'The timeline is append-only: events are never removed.');
END;
--> statement-breakpoint
CREATE TRIGGER `events_are_never_replaced` BEFORE INSERT ON `events`
WHEN EXISTS (SELECT 1 FROM `events` WHERE `stream` = NEW.`stream` AND `seq` = NEW.`seq`) BEGIN
  SELECT RAISE(ABORT, 'The timeline is append-only: this event exists.');
END;
