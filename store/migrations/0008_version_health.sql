CREATE TABLE "remediations" (
	"id" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"version" text NOT NULL,
	"node_id" text,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"status" text NOT NULL,
	"outcome" text,
	"started_by" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "version_health" (
	"model" text NOT NULL,
	"version" text NOT NULL,
	"endpoint" text NOT NULL,
	"status" text NOT NULL,
	"status_before" text NOT NULL,
	"consecutive" integer NOT NULL,
	"reason" text,
	"share_percent" double precision NOT NULL,
	"state" json NOT NULL,
	"check_id" text NOT NULL,
	"counted_from" timestamp (3) with time zone,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "version_health_pkey" PRIMARY KEY("model","version","endpoint")
);
--> statement-breakpoint
CREATE INDEX "remediations_by_version" ON "remediations" USING btree ("model","version","started_at");