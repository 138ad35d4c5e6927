package k6x

import (
	"strings"
	"testing"
)

func TestDeclarationIsTakenAsJSONTakesIt(t *testing.T) {
	const ofEveryKind = `({
		b: 'two "quoted" lines\nof <text> & \u2028 \ud800 \u00e4', a: [1, -0, 1.5, 1e21, 1e-7, true, false, null, undefined, , 'x'], '1': 0, skipped: undefined,
		o: { deep: [{}, []] }, 'half life': 1, nothing: null, get made() { return 'by a getter' }, inherits: Object.create({ not: 'own' }),
		bare: Object.assign(Object.create(null), { c: 3 }), of: new (class Own { constructor() { this.d = 4 } }),
	})`
	s := load(t, New(), 0, nil)
	v, err := s.VU.Runtime().RunString(ofEveryKind)
	if err != nil {
		t.Fatal(err)
	}
	i := &instance{module: s.module, vu: s.VU}
	got, err := i.declared(v)
	if err != nil {
		t.Fatal(err)
	}
	// Both read the same: JSON says what is shown as what, and an escape is no difference.
	s.set(t, "got", got)
	if want := s.run(t, "return "+ofEveryKind); s.run(t, "return JSON.parse(got)") != strings.ReplaceAll(want, `\ud800`, "\ufffd") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWhatNobodyCanRunWithIsNamed(t *testing.T) {
	tests := map[string]struct{ change, want string }{
		"a symbol":                   {`shop.name = Symbol('x')`, "name: is a symbol; write a value"},
		"a date":                     {`shop.horizon = new Date()`, "horizon: is a Date; write a plain value"},
		"a map":                      {`shop.judge = new Map([['hold', 3]])`, "judge: is a Map; write a plain value"},
		"a set":                      {`shop.fleet = new Set()`, "fleet: is a Set; write a plain value"},
		"an expression":              {`shop.name = /x/`, "name: is a RegExp; write a plain value"},
		"a number's object":          {`shop.fleet[0].terminals = new Number(3)`, "fleet[0].terminals: is a Number; write a plain value"},
		"a typed array":              {`shop.fleet = new Uint8Array(4)`, "fleet: is a Uint8Array; write a plain value"},
		"a getter that throws":       {`Object.defineProperty(shop.fleet[0], 'terminals', { enumerable: true, get() { throw new Error('boom') } })`, `fleet[0].terminals: cannot be read; it throws "Error: boom"`},
		"a throw that throws":        {`Object.defineProperty(shop, 'judge', { enumerable: true, get() { throw { toString() { throw 1 } } } })`, "judge: cannot be read"},
		"a getter without an end":    {`Object.defineProperty(shop, 'judge', { enumerable: true, get() { for (;;) ; } })`, "judge: is not there after 500ms"},
		"a circle":                   {`shop.judge = { it: shop.fleet }; shop.fleet[0].sale.all = shop.fleet`, "fleet[0].sale.all: is circular"},
		"parts without an end":       {`const more = () => ({ get a() { return more() } }); shop.judge = more()`, "a.a.a: is nested deeper than 32 levels"},
		"too deep":                   {`let d = {}; for (let i = 0; i < 100000; i++) d = { d }; shop.judge = d`, "d.d.d: is nested deeper than 32 levels"},
		"lists too deep":             {`let d = []; for (let i = 0; i < 100000; i++) d = [d]; shop.fleet = d`, "[0][0]: is nested deeper than 32 levels"},
		"parts shared":               {`let d = {}; for (let i = 0; i < 25; i++) d = { a: d, b: d }; shop.judge = d`, "at most 100000 are read"},
		"a list without an end":      {`shop.fleet = Array(4294967295)`, "fleet: has 4294967295 elements; at most 100 are supported"},
		"a length of its own":        {`shop.fleet = { length: 4e9 }`, "fleet: an object cannot stand here"},
		"many members":               {`shop.judge = {}; for (let i = 0; i < 2000; i++) shop.judge['k' + i] = 1`, "judge: has 2000 members; at most 1000 are read"},
		"a long string":              {`shop.name = 'x'.repeat(1e7)`, "name: is a string of 10000000 characters; at most 1048576"},
		"a long name":                {`shop['x'.repeat(1e7)] = 1`, `…"]: has a name of 10000000 bytes`},
		"much text":                  {`shop.judge = {}; for (let i = 0; i < 1000; i++) shop.judge['k' + i] = 'x'.repeat(2000)`, "stands beyond the first 1048576 bytes"},
		"many problems":              {`shop.judge = {}; for (let i = 0; i < 1000; i++) shop.judge['k' + i] = Symbol()`, "judge.k99: is a symbol"},
		"a Proxy":                    {`shop.judge = new Proxy({}, { ownKeys() { for (;;) ; } })`, "judge: is a Proxy; write a plain value"},
		"a Proxy of a list":          {`shop.fleet = new Proxy([], { get() { return 4e9 } })`, "fleet: is a Proxy; write a plain value"},
		"a Proxy of a Proxy":         {`let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); shop.judge = p`, "judge: is a Proxy; write a plain value"},
		"a Proxy in a spike":         {`shop.timeline = [spike(new Proxy({}, { ownKeys() { for (;;) ; } }))]`, "a Proxy cannot be declared"},
		"more variants than are run": {`shop.variants = {}; for (let i = 0; i < 500; i++) shop.variants['v' + i] = {}`, "variants: has 500 variants; at most 100"},
		"many variants":              {`shop.variants = {}; for (let i = 0; i < 5000; i++) shop.variants['v' + i] = shop.fleet`, "variants: has 5000 members; at most 1000 are read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := load(t, New(), 0, onLocal)
			refused(t, s.fails(t, shop+test.change+`; new Experiment(shop)`), test.want)
		})
	}
}
