import { formatUtc } from '../format-utc.ts'
import type { TrafficState, VersionEntry } from './traffic-state.ts'

/** Entries of the record that are shown, the newest first. */
const SHOWN_RECORDS = 10

/** Shows a model's traffic as Markdown for the details of its workflow in the Temporal UI. */
export function trafficMarkdown(state: TrafficState): string {
  const { model, epoch, stableVersion, lease, versions, history } = state
  return [
    `**${model}**: epoch ${epoch}, ${stableVersion} is the stable version.`,
    '',
    '| version | share | copies | status | since |',
    '| --- | ---: | ---: | --- | --- |',
    ...versions.map((entry) => versionRow(entry, state)),
    '',
    lease === undefined
      ? 'Nobody holds the lease: a rollout may begin.'
      : `**${lease.holder}** holds the lease for ${lease.version} until ${formatUtc(lease.expiresAtMs)} unless it renews it.`,
    ...(history.length === 0 ? [] : ['', '**Last decisions**']),
    ...history
      .slice(-SHOWN_RECORDS)
      .toReversed()
      .map(({ atMs, by, text }) => `- ${formatUtc(atMs)}, ${by}: ${text}`),
  ].join('\n')
}

function versionRow({ version, status, sinceMs }: VersionEntry, { arms, mirror }: TrafficState): string {
  const percent = arms.find((arm) => arm.version === version)?.percent ?? 0
  const copies = mirror?.version === version ? `${mirror.percent} %` : ''
  return `| ${version} | ${percent} % | ${copies} | ${status} | ${formatUtc(sinceMs)} |`
}
