-- Custom SQL migration file: the views for people, all over accounted_attempts, which the reports read as well.
-- Money is whole nano-dollars, latencies are milliseconds, days are calendar days in UTC by acceptance.
-- An ambiguous attempt is one whose outcome is unknown: booked at its reservation, in every sum, and counted beside it.
CREATE VIEW "accounted_attempts" AS
SELECT
	"attempts"."attempt_id",
	"operations"."operation_id",
	"operations"."kind",
	"operations"."tenant",
	"operations"."user",
	"operations"."feature",
	"operations"."task_id",
	"operations"."accepted_at",
	("operations"."accepted_at" AT TIME ZONE 'UTC')::date AS "day",
	"attempts"."model",
	"attempts"."provider",
	"attempts"."endpoint",
	"attempts"."status",
	"attempts"."failure_kind",
	"attempts"."status" = 'open' AS "is_open",
	"attempts"."status" = 'ambiguous' AS "is_ambiguous",
	"attempts"."status" IN ('failed', 'ambiguous')
		AND "attempts"."failure_kind" IS DISTINCT FROM 'cancelled' AS "is_error",
	"attempts"."reserved_nano_usd",
	"attempts"."cost_nano_usd",
	"attempts"."input_tokens",
	"attempts"."output_tokens",
	"attempts"."latency_ms",
	"attempts"."opened_at",
	"attempts"."corrected_at"
FROM "attempts"
JOIN "operations" ON "operations"."operation_id" = "attempts"."operation_id";
--> statement-breakpoint
CREATE VIEW "cost_by_day_model" AS
SELECT
	"day",
	"model",
	count(*) AS "attempts",
	coalesce(sum("input_tokens"), 0)::bigint AS "input_tokens",
	coalesce(sum("output_tokens"), 0)::bigint AS "output_tokens",
	coalesce(sum("cost_nano_usd"), 0)::bigint AS "cost_nano_usd",
	count(*) FILTER (WHERE "is_ambiguous") AS "ambiguous",
	coalesce(sum("cost_nano_usd") FILTER (WHERE "is_ambiguous"), 0)::bigint AS "ambiguous_nano_usd",
	count(*) FILTER (WHERE "is_open") AS "open",
	coalesce(sum("reserved_nano_usd") FILTER (WHERE "is_open"), 0)::bigint AS "open_reserved_nano_usd"
FROM "accounted_attempts"
GROUP BY "day", "model";
--> statement-breakpoint
CREATE VIEW "cost_by_user" AS
SELECT
	"tenant",
	"user",
	count(DISTINCT "operation_id") AS "operations",
	count(*) AS "attempts",
	coalesce(sum("input_tokens"), 0)::bigint AS "input_tokens",
	coalesce(sum("output_tokens"), 0)::bigint AS "output_tokens",
	coalesce(sum("cost_nano_usd"), 0)::bigint AS "cost_nano_usd",
	coalesce(max("cost_nano_usd"), 0) AS "max_cost_nano_usd",
	round(avg("latency_ms")::numeric, 1)::double precision AS "mean_latency_ms",
	max("latency_ms") AS "max_latency_ms",
	count(*) FILTER (WHERE "is_ambiguous") AS "ambiguous",
	coalesce(sum("cost_nano_usd") FILTER (WHERE "is_ambiguous"), 0)::bigint AS "ambiguous_nano_usd"
FROM "accounted_attempts"
GROUP BY "tenant", "user";
--> statement-breakpoint
CREATE VIEW "cost_by_endpoint" AS
SELECT
	"provider",
	"endpoint",
	count(*) AS "attempts",
	coalesce(sum("cost_nano_usd"), 0)::bigint AS "cost_nano_usd",
	round(avg("latency_ms")::numeric, 1)::double precision AS "mean_latency_ms",
	percentile_cont(0.95) WITHIN GROUP (ORDER BY "latency_ms") AS "p95_latency_ms",
	count(*) FILTER (WHERE "is_open") AS "open",
	count(*) FILTER (WHERE "is_error") AS "errors",
	round(
		count(*) FILTER (WHERE "is_error")::numeric / nullif(count(*) FILTER (WHERE NOT "is_open"), 0), 4
	)::double precision AS "error_share",
	count(*) FILTER (WHERE "is_ambiguous") AS "ambiguous",
	coalesce(sum("cost_nano_usd") FILTER (WHERE "is_ambiguous"), 0)::bigint AS "ambiguous_nano_usd"
FROM "accounted_attempts"
GROUP BY "provider", "endpoint";
--> statement-breakpoint
CREATE VIEW "usage_last_hour" AS
SELECT
	"model",
	"tenant",
	"provider",
	"endpoint",
	count(DISTINCT "operation_id") AS "requests",
	count(*) AS "attempts",
	coalesce(sum("input_tokens"), 0)::bigint AS "input_tokens",
	coalesce(sum("output_tokens"), 0)::bigint AS "output_tokens",
	coalesce(sum("cost_nano_usd"), 0)::bigint AS "cost_nano_usd",
	round(avg("latency_ms")::numeric, 1)::double precision AS "mean_latency_ms",
	round(count(DISTINCT "operation_id") / 60.0, 2)::double precision AS "requests_per_minute",
	count(*) FILTER (WHERE "is_open") AS "open",
	count(*) FILTER (WHERE "is_error") AS "errors",
	count(*) FILTER (WHERE "is_ambiguous") AS "ambiguous"
FROM "accounted_attempts"
WHERE "opened_at" >= now() - interval '1 hour'
GROUP BY "model", "tenant", "provider", "endpoint";
