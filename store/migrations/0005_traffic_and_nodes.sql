CREATE TABLE "nodes" (
	"node_id" text PRIMARY KEY NOT NULL,
	"announcement" json NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "placements" (
	"node_id" text NOT NULL,
	"model" text NOT NULL,
	"version" text NOT NULL,
	"placed_by" text NOT NULL,
	"placed_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "placements_pkey" PRIMARY KEY("node_id","model","version")
);
--> statement-breakpoint
CREATE TABLE "routing_table" (
	"model" text PRIMARY KEY NOT NULL,
	"epoch" integer NOT NULL,
	"snapshot" json NOT NULL,
	"published_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "traffic_epoch" integer;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "traffic_share" double precision;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "assignment_key" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "answer_schema" text;--> statement-breakpoint
CREATE INDEX "placements_by_version" ON "placements" USING btree ("model","version");--> statement-breakpoint
CREATE INDEX "attempts_by_model" ON "attempts" USING btree ("model","opened_at");