import type { Analysis, Flag, Task } from "./api/types";

/** Names an analysis among those of a case. */
export function analysisKey(of: Pick<Analysis, "task" | "model" | "series_instance_uid">): string {
  return `${of.task} ${of.model?.name ?? ""} ${of.series_instance_uid ?? ""}`;
}

const TASKS: readonly Task[] = ["hemorrhage", "occlusion", "infarct"];

/** Those that say something of the images, by task: a model made for another kind of series says nothing. */
export function spoken<F extends Flag>(flags: readonly F[]): F[] {
  return flags
    .filter((flag) => flag.status !== "not_applicable")
    .sort((a, b) => TASKS.indexOf(a.task) - TASKS.indexOf(b.task));
}

/** Names one image among those of a series, as the overlay does. */
export function imageKey(of: { sop_instance_uid: string; frame: number | null }): string {
  return of.frame === null ? of.sop_instance_uid : `${of.sop_instance_uid}/${of.frame}`;
}
