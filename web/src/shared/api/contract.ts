/**
 * Holds the hand-written names against the server's own document: `npm run api` renews `schema.d.ts` from
 * `openapi.json`, and a field that either side has and the other lacks no longer compiles here. (The document says
 * "string" where the server has a closed list of words; `types.ts` keeps those lists.)
 */
import type { components } from "./schema";
import type * as ours from "./types";

type Schema = components["schemas"];

/** Every key of either, in both; `true` or it does not compile. */
type SameKeys<A, B> = [Exclude<keyof A, keyof B>, Exclude<keyof B, keyof A>] extends [never, never]
  ? true
  : false;
type Holds<T extends true> = T;

export type Contract = [
  Holds<SameKeys<ours.Flag, Schema["Flag"]>>,
  Holds<SameKeys<ours.Analysis, Schema["AnalysisView"]>>,
  Holds<SameKeys<ours.Location, Schema["LocationView"]>>,
  Holds<SameKeys<ours.Overlay, Schema["Overlay"]>>,
  Holds<SameKeys<ours.AnalysisOverlay, Schema["AnalysisOverlay"]>>,
  Holds<SameKeys<ours.KeyInstance, Schema["KeyInstanceView"]>>,
  Holds<SameKeys<ours.SliceProbability, Schema["SliceView"]>>,
  Holds<SameKeys<ours.Item, Schema["Item"]>>,
  Holds<SameKeys<ours.Case, Schema["CaseView"]>>,
  Holds<SameKeys<ours.Worklist, Schema["Worklist"]>>,
  Holds<SameKeys<ours.Clock, Schema["ClockView"]>>,
  Holds<SameKeys<ours.Claim, Schema["Holder"]>>,
  Holds<SameKeys<ours.Patient, Schema["PatientView"]>>,
  Holds<SameKeys<ours.Study, Schema["StudyView"]>>,
  Holds<SameKeys<ours.Series, Schema["SeriesView"]>>,
  Holds<SameKeys<ours.Decision, Schema["DecisionView"]>>,
  Holds<SameKeys<ours.Report, Schema["ReportView"]>>,
  Holds<SameKeys<ours.ReportVersion, Schema["VersionView"]>>,
  Holds<SameKeys<ours.Statement, Schema["StatementView"]>>,
  Holds<SameKeys<ours.Proposal, Schema["ProposalView"]>>,
  Holds<SameKeys<ours.Cited, Schema["CitedView"]>>,
  Holds<SameKeys<ours.ReportInput, Schema["ReportBody"]>>,
  Holds<SameKeys<ours.DispatchDecision, Schema["DispatchDecisionView"]>>,
  Holds<SameKeys<ours.DispatchOptions, Schema["DispatchOptions"]>>,
  Holds<SameKeys<ours.Plan, Schema["PlanView"]>>,
  Holds<SameKeys<ours.Leg, Schema["LegView"]>>,
  Holds<SameKeys<ours.TimelineEvent, Schema["Step"]>>,
  Holds<SameKeys<ours.Consult, Schema["ConsultBody"]>>,
  Holds<SameKeys<ours.Participant, Schema["ParticipantBody"]>>,
  Holds<SameKeys<ours.Region, Schema["RegionBody"]>>,
  Holds<SameKeys<ours.RegionSite, Schema["SiteBody"]>>,
  Holds<SameKeys<ours.AlertInput, Schema["AlertBody"]>>,
  Holds<SameKeys<ours.DecisionInput, Schema["DecisionBody"]>>,
  Holds<SameKeys<ours.ReportInput, Schema["ReportBody"]>>,
  Holds<SameKeys<ours.UnassignedStudy, Schema["UnassignedStudy"]>>,
  Holds<SameKeys<ours.ServedModel, Schema["ModelEntry"]>>,
  Holds<SameKeys<ours.ServedModel["measured"], Schema["MeasuredView"]>>,
  Holds<SameKeys<NonNullable<ours.ServedModel["signed"]>, Schema["SignedView"]>>,
  Holds<SameKeys<ours.Watch, Schema["WatchView"]>>,
  Holds<SameKeys<ours.Watch["not_analysable"], Schema["RefusalsView"]>>,
  Holds<SameKeys<ours.Watch["drift"], Schema["DriftView"]>>,
  Holds<SameKeys<ours.Watch["agreement"], Schema["AgreementView"]>>,
  Holds<SameKeys<ours.Disagreement, Schema["Disagreement"]>>,
  Holds<SameKeys<ours.Word, Schema["SaidView"]>>,
  Holds<SameKeys<ours.User, Schema["UserBody"]>>,
  Holds<SameKeys<ours.Session, Schema["SessionCurrent"]>>,
];
