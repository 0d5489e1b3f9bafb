import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Asked by Debian's packages before they start a service; 101 forbids it. */
const POLICY = '/usr/sbin/policy-rc.d'

/** Where postgresql-common reads whether the server's package makes a database cluster. */
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf'

/**
 * Installs packages with `install`, starts none of their services and makes no PostgreSQL cluster
 * that would be started with the machine: tests start servers of their own. Leaves no setting.
 */
export async function installQuietly(
  names: readonly string[],
  install: (names: readonly string[]) => Promise<void>,
): Promise<void> {
  const hasPolicy = existsSync(POLICY)
  if (!hasPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    if (names.includes('postgresql')) await install(['postgresql-common'])
    await withoutCluster(() => install(names))
  } finally {
    if (!hasPolicy) rmSync(POLICY)
  }
}

async function withoutCluster(task: () => Promise<void>): Promise<void> {
  if (!existsSync(CLUSTER_SETTINGS)) return task()
  const settings = readFileSync(CLUSTER_SETTINGS, 'utf8')
  // The last of two lines counts.
  writeFileSync(CLUSTER_SETTINGS, `${settings}\ncreate_main_cluster = false\n`)
  try {
    await task()
  } finally {
    writeFileSync(CLUSTER_SETTINGS, settings)
  }
}
