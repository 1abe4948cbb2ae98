CREATE TABLE "daily_usage" (
	"cell" text PRIMARY KEY NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"tenant" text NOT NULL,
	"user" text,
	"feature" text,
	"model" text NOT NULL,
	"version" text NOT NULL,
	"provider" text NOT NULL,
	"endpoint" text NOT NULL,
	"operations" integer NOT NULL,
	"attempts" integer NOT NULL,
	"errors" integer NOT NULL,
	"ambiguous" integer NOT NULL,
	"corrected" integer NOT NULL,
	"ambiguous_nano_usd" bigint NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"cost_nano_usd" bigint NOT NULL,
	"max_cost_nano_usd" bigint NOT NULL,
	"latency_sum_ms" double precision NOT NULL,
	"latency_count" integer NOT NULL,
	"max_latency_ms" double precision
);
--> statement-breakpoint
CREATE TABLE "optimisation_results" (
	"run_id" text NOT NULL,
	"number" integer NOT NULL,
	"action" text NOT NULL,
	"model" text,
	"version" text,
	"verdict" text NOT NULL,
	"result" json NOT NULL,
	"ended_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "optimisation_results_pkey" PRIMARY KEY("run_id","number")
);
--> statement-breakpoint
CREATE TABLE "optimisation_runs" (
	"run_id" text PRIMARY KEY NOT NULL,
	"workflow_id" text NOT NULL,
	"started_by" text NOT NULL,
	"request" json NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "daily_usage_by_day" ON "daily_usage" USING btree ("day");--> statement-breakpoint
CREATE INDEX "daily_usage_by_tenant" ON "daily_usage" USING btree ("tenant","day");--> statement-breakpoint
CREATE INDEX "optimisation_runs_by_start" ON "optimisation_runs" USING btree ("started_at");--> statement-breakpoint
-- The ledger and the sums of what left it, for every report: each attempt stands in exactly one of the two. A row of the ledger
-- has its operation_id and counts once; a row of sums has none, and says itself for how much it counts.
CREATE VIEW "accounted_usage" AS
SELECT
	"operation_id",
	0 AS "rolled_operations",
	"kind",
	"tenant",
	"user",
	"feature",
	"task_id",
	"accepted_at",
	"day",
	"model",
	"provider",
	"endpoint",
	1 AS "attempts",
	"is_open"::integer AS "open",
	"is_error"::integer AS "errors",
	"is_ambiguous"::integer AS "ambiguous",
	("corrected_at" IS NOT NULL)::integer AS "corrected",
	CASE WHEN "is_open" THEN "reserved_nano_usd" ELSE 0 END AS "open_reserved_nano_usd",
	CASE WHEN "is_ambiguous" THEN coalesce("cost_nano_usd", 0) ELSE 0 END AS "ambiguous_nano_usd",
	"cost_nano_usd",
	"cost_nano_usd" AS "max_cost_nano_usd",
	"input_tokens"::bigint AS "input_tokens",
	"output_tokens"::bigint AS "output_tokens",
	"latency_ms",
	"latency_ms" AS "latency_sum_ms",
	("latency_ms" IS NOT NULL)::integer AS "latency_count",
	"latency_ms" AS "max_latency_ms",
	"opened_at"
FROM "accounted_attempts"
UNION ALL
SELECT
	NULL::text,
	"operations",
	"kind",
	"tenant",
	"user",
	"feature",
	NULL::text,
	("day"::timestamp AT TIME ZONE 'UTC')::timestamp(3) with time zone,
	"day",
	"model",
	"provider",
	"endpoint",
	"attempts",
	0,
	"errors",
	"ambiguous",
	"corrected",
	0::bigint,
	"ambiguous_nano_usd",
	"cost_nano_usd",
	"max_cost_nano_usd",
	"input_tokens",
	"output_tokens",
	NULL::double precision,
	"latency_sum_ms",
	"latency_count",
	"max_latency_ms",
	("day"::timestamp AT TIME ZONE 'UTC')::timestamp(3) with time zone
FROM "daily_usage";
--> statement-breakpoint
DROP VIEW "cost_by_day_model";
--> statement-breakpoint
CREATE VIEW "cost_by_day_model" AS
SELECT
	"day",
	"model",
	coalesce(sum("attempts"), 0)::bigint AS "attempts",
	coalesce(sum("input_tokens"), 0)::bigint AS "input_tokens",
	coalesce(sum("output_tokens"), 0)::bigint AS "output_tokens",
	coalesce(sum("cost_nano_usd"), 0)::bigint AS "cost_nano_usd",
	coalesce(sum("ambiguous"), 0)::bigint AS "ambiguous",
	coalesce(sum("ambiguous_nano_usd"), 0)::bigint AS "ambiguous_nano_usd",
	coalesce(sum("open"), 0)::bigint AS "open",
	coalesce(sum("open_reserved_nano_usd"), 0)::bigint AS "open_reserved_nano_usd"
FROM "accounted_usage"
GROUP BY "day", "model";
--> statement-breakpoint
DROP VIEW "cost_by_user";
--> statement-breakpoint
CREATE VIEW "cost_by_user" AS
SELECT
	"tenant",
	"user",
	(count(DISTINCT "operation_id") + coalesce(sum("rolled_operations"), 0))::bigint AS "operations",
	coalesce(sum("attempts"), 0)::bigint AS "attempts",
	coalesce(sum("input_tokens"), 0)::bigint AS "input_tokens",
	coalesce(sum("output_tokens"), 0)::bigint AS "output_tokens",
	coalesce(sum("cost_nano_usd"), 0)::bigint AS "cost_nano_usd",
	coalesce(max("max_cost_nano_usd"), 0) AS "max_cost_nano_usd",
	round((sum("latency_sum_ms") / nullif(sum("latency_count"), 0))::numeric, 1)::double precision AS "mean_latency_ms",
	max("max_latency_ms") AS "max_latency_ms",
	coalesce(sum("ambiguous"), 0)::bigint AS "ambiguous",
	coalesce(sum("ambiguous_nano_usd"), 0)::bigint AS "ambiguous_nano_usd"
FROM "accounted_usage"
GROUP BY "tenant", "user";
--> statement-breakpoint
DROP VIEW "cost_by_endpoint";
--> statement-breakpoint
CREATE VIEW "cost_by_endpoint" AS
SELECT
	"provider",
	"endpoint",
	coalesce(sum("attempts"), 0)::bigint AS "attempts",
	coalesce(sum("cost_nano_usd"), 0)::bigint AS "cost_nano_usd",
	round((sum("latency_sum_ms") / nullif(sum("latency_count"), 0))::numeric, 1)::double precision AS "mean_latency_ms",
	percentile_cont(0.95) WITHIN GROUP (ORDER BY "latency_ms") AS "p95_latency_ms",
	coalesce(sum("open"), 0)::bigint AS "open",
	coalesce(sum("errors"), 0)::bigint AS "errors",
	round(sum("errors")::numeric / nullif(sum("attempts") - sum("open"), 0), 4)::double precision AS "error_share",
	coalesce(sum("ambiguous"), 0)::bigint AS "ambiguous",
	coalesce(sum("ambiguous_nano_usd"), 0)::bigint AS "ambiguous_nano_usd"
FROM "accounted_usage"
GROUP BY "provider", "endpoint";
