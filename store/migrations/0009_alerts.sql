CREATE TABLE "alert_deliveries" (
	"event_id" text NOT NULL,
	"receiver" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp (3) with time zone NOT NULL,
	"failure" text,
	"delivered_at" timestamp (3) with time zone,
	CONSTRAINT "alert_deliveries_pkey" PRIMARY KEY("event_id","receiver")
);
--> statement-breakpoint
CREATE TABLE "alert_events" (
	"event_id" text PRIMARY KEY NOT NULL,
	"alert_id" text NOT NULL,
	"kind" text NOT NULL,
	"event" json NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"alert_id" text PRIMARY KEY NOT NULL,
	"fingerprint" text NOT NULL,
	"rule" text NOT NULL,
	"subject" text NOT NULL,
	"severity" text NOT NULL,
	"summary" text NOT NULL,
	"value" double precision NOT NULL,
	"threshold" double precision NOT NULL,
	"unit" text NOT NULL,
	"phase" text NOT NULL,
	"breaches" integer NOT NULL,
	"first_breached_at" timestamp (3) with time zone NOT NULL,
	"last_breached_at" timestamp (3) with time zone NOT NULL,
	"opened_at" timestamp (3) with time zone,
	"clear_since" timestamp (3) with time zone,
	"resolved_at" timestamp (3) with time zone,
	"acknowledged_by" text,
	"acknowledged_at" timestamp (3) with time zone,
	"acknowledged_comment" text
);
--> statement-breakpoint
CREATE TABLE "spend_slots" (
	"tenant" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"cost_nano_usd" bigint NOT NULL,
	CONSTRAINT "spend_slots_pkey" PRIMARY KEY("tenant","starts_at")
);
--> statement-breakpoint
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_event_id_alert_events_event_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."alert_events"("event_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_events" ADD CONSTRAINT "alert_events_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_deliveries_due" ON "alert_deliveries" USING btree ("next_try_at") WHERE delivered_at is null;--> statement-breakpoint
CREATE INDEX "alert_events_of_alert" ON "alert_events" USING btree ("alert_id");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_once_at_a_time" ON "alerts" USING btree ("fingerprint") WHERE phase <> 'resolved';--> statement-breakpoint
CREATE INDEX "alerts_by_opening" ON "alerts" USING btree ("opened_at");--> statement-breakpoint
CREATE INDEX "spend_slots_by_time" ON "spend_slots" USING btree ("starts_at");