package verdict
import ("testing";"time";"fmt")
func TestDbg(t *testing.T){
	s := shop{demand: 5, servers: 2, deadline: 30 * time.Second, horizon: 20 * time.Minute, load: 0.3+0.5*81/99.}
	h := s.run(81)
	lose(h, h.Trigger.From, h.Trigger.To+3*time.Minute, 1)
	v := Judge(h, Config{})
	fmt.Println(v.Evidence.Baseline, v.Evidence.Thresholds)
	for _, w := range v.Evidence.Windows { fmt.Println(w) }
}
