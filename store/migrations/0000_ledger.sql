CREATE TABLE "attempts" (
	"attempt_id" text PRIMARY KEY NOT NULL,
	"operation_id" text NOT NULL,
	"run_id" text NOT NULL,
	"number" integer NOT NULL,
	"model" text NOT NULL,
	"version" text NOT NULL,
	"provider" text NOT NULL,
	"endpoint" text NOT NULL,
	"candidate" json NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"reserved_nano_usd" bigint NOT NULL,
	"cost_nano_usd" bigint,
	"price" json NOT NULL,
	"price_version" text NOT NULL,
	"input_tokens" integer,
	"output_tokens" integer,
	"cached_input_tokens" integer,
	"cache_write_tokens" integer,
	"reasoning_tokens" integer,
	"usage_source" text,
	"raw_usage" json,
	"provider_model" text,
	"finish_reason" text,
	"failure_kind" text,
	"failure" json,
	"latency_ms" double precision,
	"time_to_first_token_ms" double precision,
	"opened_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"corrected_at" timestamp (3) with time zone,
	"booked_before_nano_usd" bigint,
	CONSTRAINT "attempts_once_per_run" UNIQUE("operation_id","run_id","number")
);
--> statement-breakpoint
CREATE TABLE "content_objects" (
	"operation_id" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "content_objects_pkey" PRIMARY KEY("operation_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"operation_id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"tenant" text NOT NULL,
	"user" text,
	"feature" text,
	"task_id" text,
	"request_hash" text NOT NULL,
	"decision" json NOT NULL,
	"candidates" json NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"result" json,
	"accepted_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_of_operation" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("operation_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_by_opening" ON "attempts" USING btree ("opened_at");--> statement-breakpoint
CREATE INDEX "content_objects_by_content" ON "content_objects" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "operations_by_tenant" ON "operations" USING btree ("tenant","accepted_at");--> statement-breakpoint
CREATE INDEX "operations_by_task" ON "operations" USING btree ("task_id");