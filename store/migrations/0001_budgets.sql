CREATE TABLE "budget_windows" (
	"budget_id" text NOT NULL,
	"starts_at" text NOT NULL,
	"spent_nano_usd" bigint NOT NULL,
	"reserved_nano_usd" bigint NOT NULL,
	CONSTRAINT "budget_windows_pkey" PRIMARY KEY("budget_id","starts_at")
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"user" text,
	"window" text NOT NULL,
	"cap_nano_usd" bigint NOT NULL,
	"when_spent" text NOT NULL,
	"set_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "reservation" json;--> statement-breakpoint
CREATE INDEX "budgets_by_tenant" ON "budgets" USING btree ("tenant");