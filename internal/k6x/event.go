package k6x

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/js/modules"
)

// The events of k6, by their numbers; the names are internal to k6.
const (
	eventInit    = 1 // the script is loaded, and nothing has started
	eventTestEnd = 3 // every VU has ended; the summary comes next
	eventIterEnd = 5 // an iteration of one VU has ended
	eventExit    = 6 // all is done, and k6 is about to exit
)

// EventInit is the number of the event by which k6 tells that the script is
// loaded and that nothing has started.
const EventInit = eventInit

// attendRun follows the test as a whole: nothing starts without an Experiment,
// what was measured is saved once every VU has ended, and in the end the exit
// code is checked.
func (m *Module) attendRun(vu modules.VU) {
	global := vu.Events().Global
	if global == nil {
		return
	}
	if l, ok := vu.InitEnv().Logger.(interface{ AddHook(hook logrus.Hook) }); ok {
		l.AddHook(&summaryHook{m})
	}
	_, events := global.Subscribe(eventInit, eventTestEnd, eventExit)
	go func() {
		for e := range events {
			switch e.Type {
			case eventInit:
				m.loaded()
			case eventTestEnd:
				m.ended()
			case eventExit:
				m.leave(os.Stderr, errorIn(e.Data), os.Exit)
			}
			e.Done()
		}
	}()
}

// attendIterations follows the iterations of a VU until it calls run(). A VU of
// the experiment that ends one without it would leave the others waiting.
func (i *instance) attendIterations() {
	i.ignore = func() {}
	local := i.vu.Events().Local
	if local == nil {
		return
	}
	id, events := local.Subscribe(eventIterEnd)
	i.ignore = func() { local.Unsubscribe(id) }
	go func() {
		for e := range events {
			if s, _ := memberOf(e.Data, "ScenarioName").(string); s == director || s == fleet {
				i.iterated(errorIn(e.Data))
			}
			e.Done()
		}
	}()
}

// iterated notes the end of an iteration in one of the experiment's scenarios.
// One that was cut short, as by a signal, says nothing about the script.
func (i *instance) iterated(err error) {
	if i.session != nil && !i.called.Load() && !errors.Is(err, context.Canceled) {
		i.module.callOff(errAbsent)
	}
}

// memberOf gives a field of what an event carries, by its name, for k6 keeps the
// types to itself; nil if there is none.
func memberOf(data any, name string) any {
	v := reflect.Indirect(reflect.ValueOf(data))
	if v.Kind() != reflect.Struct || !v.FieldByName(name).IsValid() {
		return nil
	}
	return v.FieldByName(name).Interface()
}

// errorIn gives the error that an event carries, if it does.
func errorIn(data any) error {
	err, _ := memberOf(data, "Error").(error)
	return err
}

// summaryHook notices in k6's log that the summary could not be written, of
// which k6 tells nobody else.
type summaryHook struct{ module *Module }

// Levels are those of the entries that Fire is to see.
func (*summaryHook) Levels() []logrus.Level { return []logrus.Level{logrus.ErrorLevel} }

// Fire looks at an entry of the log.
func (h *summaryHook) Fire(e *logrus.Entry) error {
	if e.Message != "failed to handle the end-of-test summary" {
		return nil
	}
	err, _ := e.Data[logrus.ErrorKey].(error)
	h.module.mu.Lock()
	defer h.module.mu.Unlock()
	h.module.unsaved = fmt.Errorf("the summary could not be written: %w", err)
	return nil
}
