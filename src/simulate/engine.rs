//! The event loop: arrivals, the model's words, readings, shifts.

use std::collections::VecDeque;

use super::outcome::PolicyOutcome;
use super::patients::Patient;
use super::policy::{Order, Policy};
use super::scenario::{DAY, Discipline, Scenario, Shift};
use super::tally::{Loss, Tally};

/// Arrivals go on after the last counted one, so that it waits among others; where the queue only grows, until
/// this multiple of the counted patients has come.
const AT_MOST: u64 = 2;

/// A case in the system.
struct Case {
    patient: Patient,
    /// Its number among the arrivals: the tie-breaker, and what tells it from a later case in its slot.
    number: u64,
    class: usize,
    /// What is left to read.
    left: f64,
}

/// A reader at work.
struct Busy {
    slot: usize,
    until: f64,
}

/// The cases that wait, by class, each class by arrival.
struct Queue {
    classes: Vec<VecDeque<(u64, usize)>>,
    /// All of them, with the moment of arrival.
    arrivals: VecDeque<(u64, f64)>,
}

impl Queue {
    fn insert(&mut self, class: usize, number: u64, slot: usize, arrived: f64) {
        let place = self.arrivals.partition_point(|(other, _)| *other < number);
        self.arrivals.insert(place, (number, arrived));
        let cases = &mut self.classes[class];
        let place = match cases.back() {
            Some((last, _)) if *last > number => cases.partition_point(|(other, _)| *other < number),
            _ => cases.len(),
        };
        cases.insert(place, (number, slot));
    }

    fn remove(&mut self, class: usize, number: u64) -> bool {
        let cases = &mut self.classes[class];
        let place = cases.partition_point(|(other, _)| *other < number);
        let found = cases.get(place).is_some_and(|(other, _)| *other == number);
        if found {
            cases.remove(place);
            let place = self.arrivals.partition_point(|(other, _)| *other < number);
            self.arrivals.remove(place);
        }
        found
    }
}

/// The waits of the scenario's patients under a policy. `patients` come in order of arrival; where they end, so do
/// the arrivals.
pub(super) fn run(
    scenario: &Scenario,
    policy: Policy,
    patients: impl Iterator<Item = Patient>,
) -> PolicyOutcome {
    Room::new(scenario, policy, patients).run()
}

struct Room<'a, P: Iterator<Item = Patient>> {
    scenario: &'a Scenario,
    policy: Policy,
    order: Order,
    patients: std::iter::Peekable<P>,
    now: f64,
    arrived: u64,
    cases: Vec<Option<Case>>,
    free: Vec<usize>,
    queue: Queue,
    busy: Vec<Busy>,
    /// When the model speaks of a case: delays are equal, so in order of arrival.
    words: VecDeque<(f64, u64, usize)>,
    capacity: usize,
    next_shift: f64,
    loss: Loss,
    tally: Tally,
    open: u64,
}

impl<'a, P: Iterator<Item = Patient>> Room<'a, P> {
    fn new(scenario: &'a Scenario, policy: Policy, patients: P) -> Self {
        let order = Order::of(policy, scenario);
        let classes = (0..order.classes()).map(|_| VecDeque::new()).collect();
        let (capacity, next_shift) = duty(scenario, 0.0);
        Self {
            scenario,
            policy,
            order,
            patients: patients.peekable(),
            now: 0.0,
            arrived: 0,
            cases: Vec::new(),
            free: Vec::new(),
            queue: Queue { classes, arrivals: VecDeque::new() },
            busy: Vec::new(),
            words: VecDeque::new(),
            capacity,
            next_shift,
            loss: Loss::of(scenario),
            tally: Tally::of(scenario.patients),
            open: u64::from(scenario.patients),
        }
    }

    fn run(mut self) -> PolicyOutcome {
        let first = u64::from(self.scenario.warmup);
        let last = AT_MOST * (first + u64::from(self.scenario.patients));
        while self.open > 0 {
            let arrival = match self.patients.peek() {
                Some(patient) if self.arrived < last => patient.arrives,
                _ => f64::INFINITY,
            };
            if arrival == f64::INFINITY && self.queue.arrivals.is_empty() && self.busy.is_empty() {
                break;
            }
            let word = self.words.front().map_or(f64::INFINITY, |(at, ..)| *at);
            let (place, done) = self.first_done();
            // At one instant a reading ends before a patient arrives, and shifts change last.
            if done <= arrival && done <= word && done <= self.next_shift {
                self.end(place, done);
            } else if word <= arrival && word <= self.next_shift {
                self.speak(word);
            } else if arrival <= self.next_shift {
                self.arrive(arrival);
            } else {
                self.now = self.next_shift;
                (self.capacity, self.next_shift) = duty(self.scenario, self.now);
            }
            self.begin();
        }
        self.tally.close(self.policy)
    }

    fn first_done(&self) -> (usize, f64) {
        let mut first = (0, f64::INFINITY);
        for (place, busy) in self.busy.iter().enumerate() {
            if busy.until < first.1 {
                first = (place, busy.until);
            }
        }
        first
    }

    fn arrive(&mut self, at: f64) {
        let Some(patient) = self.patients.next() else { return };
        self.now = at;
        let (number, delay) = (self.arrived, self.scenario.ai.delay_minutes);
        self.arrived += 1;
        let said = patient.flag.filter(|_| delay <= 0.0);
        let class = self.order.class(&patient, said);
        let case = Case { patient, number, class, left: patient.reading };
        let slot = if let Some(slot) = self.free.pop() {
            self.cases[slot] = Some(case);
            slot
        } else {
            self.cases.push(Some(case));
            self.cases.len() - 1
        };
        if patient.flag.is_some() && delay > 0.0 {
            self.words.push_back((at + delay, number, slot));
        }
        self.queue.insert(class, number, slot, at);
        self.interrupt(slot);
    }

    /// A flag comes for a case that may still wait.
    fn speak(&mut self, at: f64) {
        self.now = at;
        let Some((_, number, slot)) = self.words.pop_front() else { return };
        let Some(case) = self.cases[slot].as_mut().filter(|case| case.number == number) else { return };
        let (before, flag) = (case.class, case.patient.flag);
        case.class = self.order.class(&case.patient, flag);
        let (class, arrived) = (case.class, case.patient.arrives);
        if self.queue.remove(before, number) {
            self.queue.insert(class, number, slot, arrived);
            self.interrupt(slot);
        }
    }

    fn end(&mut self, place: usize, at: f64) {
        self.now = at;
        let Busy { slot, .. } = self.busy.swap_remove(place);
        let Some(case) = self.cases[slot].take() else { return };
        self.free.push(slot);
        let first = u64::from(self.scenario.warmup);
        let Some(counted) = case.number.checked_sub(first) else { return };
        if counted >= u64::from(self.scenario.patients) {
            return;
        }
        let wait = (at - case.patient.arrives - case.patient.reading).max(0.0);
        self.tally.count(counted, &case.patient, wait, self.loss.of_wait(&case.patient, wait));
        self.open -= 1;
    }

    /// Readers without a case take the most urgent ones.
    fn begin(&mut self) {
        while self.busy.len() < self.capacity && !self.queue.arrivals.is_empty() {
            let Some((class, number, slot)) = self.most_urgent() else { return };
            self.queue.remove(class, number);
            self.read(slot);
        }
    }

    fn read(&mut self, slot: usize) {
        if let Some(case) = &self.cases[slot] {
            self.busy.push(Busy { slot, until: self.now + case.left });
        }
    }

    fn most_urgent(&self) -> Option<(usize, u64, usize)> {
        let fronts = self.queue.classes.iter().enumerate().filter_map(|(class, cases)| {
            let (number, slot) = *cases.front()?;
            Some((class, number, slot))
        });
        let waits = self.queue.arrivals.iter().map(|(_, arrived)| self.now - arrived);
        if self.order.is_last_turn(waits, self.capacity, self.busy.len()) {
            return fronts.min_by_key(|(_, number, _)| *number);
        }
        let mut best: Option<(f64, (usize, u64, usize))> = None;
        for (class, number, slot) in fronts {
            let Some(case) = &self.cases[slot] else { continue };
            let urgency = self.order.urgency(class, self.now - case.patient.arrives);
            let goes_first = best.is_none_or(|(most, (_, earlier, _))| {
                urgency > most || (urgency == most && number < earlier)
            });
            if goes_first {
                best = Some((urgency, (class, number, slot)));
            }
        }
        best.map(|(_, first)| first)
    }

    /// Under preemption a case that is more urgent than one being read takes its place.
    fn interrupt(&mut self, slot: usize) {
        let preempts = self.scenario.discipline == Discipline::PreemptiveResume;
        if !preempts || self.busy.len() < self.capacity || self.capacity == 0 {
            return;
        }
        let Some(urgency) = self.urgency(slot) else { return };
        let least = self.busy.iter().enumerate().filter_map(|(place, busy)| {
            let number = self.cases[busy.slot].as_ref()?.number;
            Some((place, self.urgency(busy.slot)?, number))
        });
        // Of equals the latest gives way.
        let least = least.min_by(|a, b| a.1.total_cmp(&b.1).then(b.2.cmp(&a.2)));
        let Some((place, _, number)) = least.filter(|(_, least, _)| urgency > *least) else { return };
        let Busy { slot: left, until } = self.busy.swap_remove(place);
        if let Some(case) = self.cases[left].as_mut() {
            case.left = until - self.now;
            let (class, arrived) = (case.class, case.patient.arrives);
            self.queue.insert(class, number, left, arrived);
        }
    }

    fn urgency(&self, slot: usize) -> Option<f64> {
        let case = self.cases[slot].as_ref()?;
        Some(self.order.urgency(case.class, self.now - case.patient.arrives))
    }
}

/// Readers on duty at a moment, and when that next changes.
fn duty(scenario: &Scenario, now: f64) -> (usize, f64) {
    if scenario.shifts.is_empty() {
        return (usize::try_from(scenario.readers).unwrap_or(usize::MAX), f64::INFINITY);
    }
    let midnight = (now / DAY).floor() * DAY;
    let minute = now - midnight;
    let readers: u32 = scenario.shifts.iter().map(|shift| shift.readers_at(minute)).sum();
    let edges = scenario.shifts.iter().flat_map(Shift::edges);
    let next = edges.map(|edge| if edge > minute { edge } else { edge + DAY }).fold(f64::INFINITY, f64::min);
    (usize::try_from(readers).unwrap_or(usize::MAX), midnight + next)
}
