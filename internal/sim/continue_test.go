package sim

import (
	"context"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/history"
)

func TestRunThatGoesOnIsTheRunWithALongerHorizon(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		if err := p.Validate(); err != nil {
			rt.Skip(err)
		}
		p = valid(t, p)
		cfg := Config{Plan: p, Seed: rapid.Uint64().Draw(rt, "seed"), Bucket: p.Bucket(0), Limits: Limits{Events: 300_000 / underRace}}
		longer := cfg
		longer.Plan.Horizon += drawTime(rt, time.Millisecond, 60*time.Second, "longer")
		want := Run(context.Background(), longer)

		cfg.Furthest = longer.Plan.Horizon
		var runner Runner
		first := runner.Run(context.Background(), cfg)
		if plain := Run(context.Background(), Config{Plan: p, Seed: cfg.Seed, Bucket: cfg.Bucket, Limits: cfg.Limits}); !reflect.DeepEqual(plain, first) {
			rt.Fatal("the record up to the horizon depends on how far the run can go on")
		}
		if first.Problem != "" || want.Problem != "" {
			return
		}
		runner.Continue(context.Background(), drawTime(rt, p.Horizon, longer.Plan.Horizon, "pause"))
		got, whole := runner.Continue(context.Background(), longer.Plan.Horizon)
		if !whole {
			return
		}
		got.Horizon = want.Horizon
		if !reflect.DeepEqual(want, got) {
			rt.Fatalf("the record differs, in all:\n%+v, want\n%+v",
				history.Sum(got.Buckets, 0, len(got.Buckets)), history.Sum(want.Buckets, 0, len(want.Buckets)))
		}
	})
}
