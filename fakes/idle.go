package fakes

// IdleVar is the environment variable that makes a backend process do nothing until
// it is told to stop. A container of its image can then keep a network address while
// the node behind the address is down.
const IdleVar = "RETRYSTORM_IDLE"
