CREATE TABLE "endpoint_health" (
	"endpoint" text PRIMARY KEY NOT NULL,
	"breaker" json NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quota_pools" (
	"pool" text PRIMARY KEY NOT NULL,
	"paused_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"attempt_id" text PRIMARY KEY NOT NULL,
	"pool" text NOT NULL,
	"tenant" text NOT NULL,
	"priority" integer NOT NULL,
	"turn" integer NOT NULL,
	"tokens" integer NOT NULL,
	"enqueued_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ALTER COLUMN "opened_at" SET DEFAULT clock_timestamp();--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "quota_pool" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "reserved_tokens" integer;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "lease_expires_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "tickets_by_pool" ON "tickets" USING btree ("pool","enqueued_at");--> statement-breakpoint
CREATE INDEX "attempts_by_pool" ON "attempts" USING btree ("quota_pool","opened_at");