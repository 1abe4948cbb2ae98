CREATE TABLE "experiment_units" (
	"operation_id" text PRIMARY KEY NOT NULL,
	"experiment_id" text NOT NULL,
	"variant" text NOT NULL,
	"unit_key" text NOT NULL,
	"assigned_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "experiments" (
	"experiment_id" text PRIMARY KEY NOT NULL,
	"workflow_id" text NOT NULL,
	"run_id" text NOT NULL,
	"state" json NOT NULL,
	"active_until" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feedback" (
	"operation_id" text PRIMARY KEY NOT NULL,
	"verdict" text NOT NULL,
	"score" double precision,
	"given_by" text,
	"first_given_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"given_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "experiment_units_in_order" ON "experiment_units" USING btree ("experiment_id","assigned_at","operation_id");