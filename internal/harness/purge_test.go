package harness

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/fakes"
)

// anotherBuild gives the engine of another build of the program, which has an
// image of its own. No other test's images are its relatives.
func anotherBuild(t *testing.T, e docker, family, suffix string) docker {
	t.Helper()
	program, err := os.ReadFile(e.binary)
	if err != nil {
		t.Fatal(err)
	}
	return buildOf(t, e, family, append(program, suffix...))
}

// buildOf is anotherBuild of a program that may be none: what is never started
// is built sooner if it is small.
func buildOf(t *testing.T, e docker, family string, program []byte) docker {
	t.Helper()
	e.binary = filepath.Join(t.TempDir(), "backend")
	if err := os.WriteFile(e.binary, program, 0o700); err != nil {
		t.Fatal(err)
	}
	binary := e.binary
	e.tag = sync.OnceValues(func() (string, error) { return fakes.ImageTag(binary) })
	e.once, e.relatives = new(sync.Once), family
	t.Cleanup(func() {
		if tag, err := e.tag(); err == nil {
			_, _ = e.daemon.ImageRemove(context.Background(), tag, client.ImageRemoveOptions{Force: true})
		}
		e.purge(context.Background(), 0) // those that lost their name to a race
	})
	return e
}

// built gives the tag of the engine's image, which it builds.
func (e docker) built(t *testing.T) string {
	t.Helper()
	tag, err := e.image(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tag
}

func (e docker) tagged(t *testing.T, from, to string) {
	t.Helper()
	if _, err := e.daemon.ImageTag(t.Context(), client.ImageTagOptions{Source: from, Target: to}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = e.daemon.ImageRemove(context.Background(), to, client.ImageRemoveOptions{Force: true})
	})
}

func TestImagesOfOtherBuildsAreRemovedOnceNobodyUsesThem(t *testing.T) {
	t.Parallel()
	e := withDocker(t)
	mark := choice{}.marked()
	build := func(program string) docker { return buildOf(t, e, mark, []byte(program+mark)) }
	mine := build("mine")
	own, old, used, known := mine.built(t), build("old").built(t), build("used").built(t), build("known").built(t)

	// A stopped container is enough of a use.
	made, err := e.daemon.ContainerCreate(t.Context(), client.ContainerCreateOptions{
		Name: "retrystorm-" + mark, Config: &container.Config{Image: used},
	})
	if err != nil {
		t.Fatal(err)
	}
	drop := func() {
		_, _ = e.daemon.ContainerRemove(t.Context(), made.ID, client.ContainerRemoveOptions{Force: true})
	}
	defer drop()
	mine.tagged(t, known, "someone/"+mark+":1")
	mine.unlabelled(t, fakes.Name+":"+mark)

	mine.purge(t.Context(), time.Hour)
	mine.has(t, "while all are fresh", own, old, used, known)
	mine.purge(t.Context(), 0)
	mine.has(t, "while one is used", own, used, "someone/"+mark+":1", fakes.Name+":"+mark)
	mine.hasNot(t, old, known)
	drop()
	mine.purge(t.Context(), 0)
	mine.hasNot(t, used)
	mine.has(t, "in the end", own, "someone/"+mark+":1", fakes.Name+":"+mark)
}

// unlabelled makes an image that has our name and not our label.
func (e docker) unlabelled(t *testing.T, tag string) {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	text := "FROM scratch\nLABEL of=" + tag + "\n"
	_ = w.WriteHeader(&tar.Header{Name: "Dockerfile", Mode: 0o600, Size: int64(len(text))})
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	built, err := e.daemon.ImageBuild(t.Context(), &b, client.ImageBuildOptions{Tags: []string{tag}, Remove: true})
	if err != nil {
		t.Fatal(err)
	}
	defer built.Body.Close()
	if err := outcome(built.Body); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = e.daemon.ImageRemove(context.Background(), tag, client.ImageRemoveOptions{Force: true})
	})
}

func (e docker) has(t *testing.T, when string, tags ...string) {
	t.Helper()
	for _, tag := range tags {
		if e.missing(t.Context(), tag) {
			t.Errorf("%s the image %s is gone", when, tag)
		}
	}
}

func (e docker) hasNot(t *testing.T, tags ...string) {
	t.Helper()
	for _, tag := range tags {
		if !e.missing(t.Context(), tag) {
			t.Errorf("the image %s is still there", tag)
		}
	}
}

func TestImageWithoutANameIsRemovedUnlessItIsBuiltOnOurs(t *testing.T) {
	t.Parallel()
	e := withDocker(t)
	mark := choice{}.marked()
	mine, old := buildOf(t, e, mark, []byte("mine"+mark)), buildOf(t, e, mark, []byte("old"+mark))
	tag := old.built(t)
	found, err := e.daemon.ImageInspect(t.Context(), tag)
	if err != nil {
		t.Fatal(err)
	}
	// To give the name to another image leaves the first without one.
	mine.tagged(t, mine.built(t), tag)
	mine.has(t, "without a name", found.ID)
	mine.purge(t.Context(), 0)
	mine.hasNot(t, found.ID)
}

// Several builds start again and again at the same time, each of which removes
// what it can of the others'.
func TestRunsOfDifferentBuildsDoNotTakeEachOthersImages(t *testing.T) {
	t.Parallel()
	e := withDocker(t)
	mark := choice{}.marked()
	var tasks sync.WaitGroup
	for _, suffix := range []string{"one", "two", "three"} {
		mine := anotherBuild(t, e, mark, suffix)
		tasks.Go(func() {
			for range 3 {
				mine.purge(t.Context(), 0) // and spares none
				b, err := mine.Start(t.Context(), graph(api()), 1)
				if err != nil {
					t.Error(err)
					return
				}
				if err := b.Stop(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	tasks.Wait()
}

func TestImageThatVanishesBeforeItsContainerIsBuiltAgain(t *testing.T) {
	t.Parallel()
	mine := anotherBuild(t, withDocker(t), choice{}.marked(), "mine")
	starts := 0
	b, err := mine.withImage(t.Context(), func(image string) (Backend, error) {
		if starts++; starts == 1 {
			if _, err := mine.daemon.ImageRemove(t.Context(), image, client.ImageRemoveOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		return mine.with(t.Context(), image, newSystem(graph(api()), choice{}.marked()), 1)
	})
	if err != nil || starts != 2 {
		t.Fatalf("after %d starts: %v", starts, err)
	}
	if err := b.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
