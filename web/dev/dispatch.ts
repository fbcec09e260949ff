import type {
  DispatchDecision,
  DispatchOptions,
  DispatchRecord,
  Foresight,
  Moments,
  Route,
} from "../src/shared/api/types";

const leg = (
  fr: string,
  en: string,
  start_min: number,
  end_min: number,
  kind: "wait" | "travel" | "treatment",
) => ({
  label: { fr, en },
  start_min,
  end_min,
  kind,
});

const to = (
  from: string,
  to: string,
  by: Route["by"],
  minutes: number,
  aboard: Route["aboard"] = "patient",
): Route => ({ from, to, by, aboard, minutes });

const ROUTES: Record<string, Route[]> = {
  "drip-ship-road": [to("valmont", "saint-aubin", "road", 38), to("saint-aubin", "grand-lac", "road", 80)],
  "drip-ship-air": [to("valmont", "saint-aubin", "road", 38), to("saint-aubin", "grand-lac", "air", 33)],
  "mothership-air": [to("valmont", "grand-lac", "air", 34)],
  team: [to("valmont", "saint-aubin", "road", 38), to("grand-lac", "saint-aubin", "air", 34, "team")],
};

export const DISPATCH: DispatchOptions = {
  sentence: {
    fr: "L'hélicoptère gagne 47 min et 6,1 points [3,2–8,8] de P(mRS 0–2) pour 1 900 € (1 260 € de plus, 20 700 € par patient indépendant de plus) ; la route suffit si le vol tarde de plus de 44 min.",
    en: "The helicopter gains 47 min and 6.1 points [3.2–8.8] of P(mRS 0–2) for €1,900 (€1,260 more, €20,700 per additional independent patient); the road is enough if the flight is more than 44 min late.",
  },
  recommended: "mothership-air",
  gain: {
    over: "drip-ship-road",
    minutes: 47,
    p_mrs_0_2: 0.061,
    p_mrs_0_2_range: [0.032, 0.088],
    euros: 1260,
    euros_per_good_outcome: 20700,
    break_even_minutes: 44.2,
  },
  at: new Date().toISOString(),
  weather: "unknown",
  model_version: "vigie-dispatch/2 (stroke-outcome 0.1.8)",
  posterior: {
    hemorrhage: 0.12,
    lvo: 0.63,
    nlvo: 0.17,
    mimic: 0.08,
    ranges: {
      hemorrhage: { value: 0.12, low: 0.07, high: 0.2 },
      lvo: { value: 0.63, low: 0.41, high: 0.78 },
      nlvo: { value: 0.17, low: 0.1, high: 0.28 },
      mimic: { value: 0.08, low: 0.04, high: 0.15 },
    },
  },
  plans: [
    plan(
      "stay",
      "Rester à Valmont",
      "Stay at Valmont",
      "stay",
      "valmont",
      [leg("Surveillance", "Monitoring", 0, 30, "wait")],
      null,
      null,
      0,
      0,
      0.31,
      0.34,
    ),
    plan(
      "drip-ship-road",
      "Thrombolyse à Saint-Aubin, puis route",
      "Thrombolysis at Saint-Aubin, then road",
      "road",
      "grand-lac",
      [
        leg("Départ", "Leave", 0, 12, "wait"),
        leg("Route", "Road", 12, 50, "travel"),
        leg("Thrombolyse", "Thrombolysis", 50, 85, "treatment"),
        leg("Route", "Road", 85, 165, "travel"),
        leg("Thrombectomie", "Thrombectomy", 165, 225, "treatment"),
      ],
      120,
      260,
      640,
      0,
      0.42,
      0.41,
    ),
    plan(
      "drip-ship-air",
      "Thrombolyse à Saint-Aubin, puis hélicoptère",
      "Thrombolysis at Saint-Aubin, then air",
      "air",
      "grand-lac",
      [
        leg("Départ", "Leave", 0, 12, "wait"),
        leg("Route", "Road", 12, 50, "travel"),
        leg("Thrombolyse", "Thrombolysis", 50, 85, "treatment"),
        leg("Vol", "Flight", 85, 118, "travel"),
        leg("Thrombectomie", "Thrombectomy", 118, 178, "treatment"),
      ],
      120,
      213,
      2300,
      47,
      0.42,
      0.45,
    ),
    plan(
      "mothership-air",
      "Direct au Grand-Lac par hélicoptère",
      "Straight to Grand-Lac by air",
      "air",
      "grand-lac",
      [
        leg("Attente de l'appareil", "Aircraft", 0, 28, "wait"),
        leg("Vol", "Flight", 28, 62, "travel"),
        leg("Thrombolyse", "Thrombolysis", 62, 92, "treatment"),
        leg("Thrombectomie", "Thrombectomy", 92, 150, "treatment"),
      ],
      132,
      213,
      1900,
      47,
      0.28,
      0.47,
    ),
    {
      ...plan(
        "team",
        "Équipe volante à Saint-Aubin",
        "Flying team to Saint-Aubin",
        "team",
        "saint-aubin",
        [leg("Vol", "Flight", 30, 64, "travel")],
        120,
        230,
        3100,
        30,
        0.2,
        0.44,
      ),
      feasible: false,
      blocked_by: { fr: "Équipe absente la nuit", en: "No team at night" },
    },
  ],
};

function plan(
  name: string,
  fr: string,
  en: string,
  mode: "stay" | "road" | "air" | "team",
  destination: string,
  legs: DispatchOptions["plans"][number]["legs"],
  needle_at: number | null,
  groin_at: number | null,
  cost: number,
  gained: number,
  futile: number,
  good: number,
) {
  const rest = 1 - good;
  return {
    name,
    label: { fr, en },
    from: "valmont",
    destination,
    mode,
    feasible: true,
    blocked_by: null,
    legs,
    routes: ROUTES[name] ?? [],
    needle_at,
    groin_at,
    onset_used: { fr: "début il y a 62 min", en: "onset 62 min ago" },
    mrs: [good * 0.3, good * 0.32, good * 0.38, rest * 0.28, rest * 0.3, rest * 0.2, rest * 0.22],
    expected_utility: good + 0.02,
    p_mrs_0_2: good,
    cost_euros: cost,
    minutes_gained: gained,
    futile,
    bypass: name.startsWith("mothership"),
    aircraft: mode === "air" ? "Hélicoptère Combe" : null,
    milestones: { departure: 30, arrival: 64, needle: null, groin: groin_at },
    range: {
      expected_utility: [good - 0.04, good + 0.07] as [number, number],
      p_mrs_0_2: [good - 0.05, good + 0.05] as [number, number],
    },
  };
}

/** The record of a decision, with the real times entered so far. */
export function recordOf(decision: DispatchDecision | null, real: Moments): DispatchRecord {
  if (!decision) return { decisions: [], real, stretches: [] };
  const after = (minutes: number) => new Date(Date.parse(decision.at) + minutes * 60_000).toISOString();
  const taken = (to: string | null, from: string | null) =>
    to && from ? (Date.parse(to) - Date.parse(from)) / 60_000 : null;
  const held = (stretch: "to_departure" | "travel" | "to_groin", foreseen: number, real: number | null) => ({
    stretch,
    foreseen,
    real,
    error: real === null ? null : real - foreseen,
  });
  return {
    decisions: [
      {
        ...decision,
        gate: decision.gate ?? null,
        despite: decision.despite ?? null,
        label: DISPATCH.plans.find((p) => p.name === decision.plan)?.label ?? null,
        model_version: DISPATCH.model_version,
        shown: DISPATCH,
        foreseen: { departure: after(30), arrival: after(64), needle: null, groin: after(124) },
        seal: "9f2c41d0a7b35e8846c1f0d2b9e7a3355c6d18fe02b4a97d3e1c5f60887ad214",
        intact: true,
      },
    ],
    real,
    stretches: [
      held("to_departure", 30, taken(real.departure, decision.at)),
      held("travel", 34, taken(real.arrival, real.departure)),
      held("to_groin", 124, taken(real.groin, decision.at)),
    ],
  };
}

export const FORESIGHT: Foresight = {
  decided: 41,
  compared: 37,
  stretches: [
    { stretch: "to_departure", cases: 37, median_error: 9.5, spread: [-4, 31], median_size: 11 },
    { stretch: "travel", cases: 35, median_error: -1, spread: [-8, 12], median_size: 4 },
    { stretch: "to_needle", cases: 14, median_error: 6, spread: [-5, 24], median_size: 8 },
    { stretch: "door_to_groin", cases: 22, median_error: 18, spread: [-10, 55], median_size: 21 },
    { stretch: "to_groin", cases: 22, median_error: 24, spread: [-9, 71], median_size: 26 },
  ],
};
