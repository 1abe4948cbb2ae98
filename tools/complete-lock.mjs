// Adds to package-lock.json the platform packages that the registry it was made with did not have. Without their
// entries `npm ci` refuses the lock. Run it after every change of the dependencies: node tools/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const LOCK = new URL('../package-lock.json', import.meta.url)

const OPERATING_SYSTEMS = {
  darwin: 'darwin',
  mac: 'darwin',
  win: 'win32',
  win32: 'win32',
  linux: 'linux',
  android: 'android',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
}
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64']

const lock = JSON.parse(readFileSync(LOCK, 'utf8'))
const added = Object.fromEntries(
  Object.entries(lock.packages).flatMap(([place, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(place, name))
      .flatMap(([name, version]) => platformEntry(name, version, place !== '' && entry.dev === true)),
  ),
)
const { '': root, ...packages } = { ...lock.packages, ...added }
const sorted = Object.entries(packages).toSorted(([left], [right]) => left.localeCompare(right, 'en'))
lock.packages = { '': root, ...Object.fromEntries(sorted) }
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${Object.keys(added).length} platform packages added to package-lock.json`)

/** Whether a package that `place` asks for is found from there upwards. */
function isLocked(place, name) {
  for (
    let folder = place;
    ;
    folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : ''
  ) {
    const prefix = folder === '' ? '' : `${folder}/`
    if (lock.packages[`${prefix}node_modules/${name}`] !== undefined) return true
    if (folder === '') return false
  }
}

/** Reads the platform off the package's name, as all of these packages are named. */
function platformEntry(name, version, isDevelopment) {
  const words = name.split('/').at(-1).split('-')
  const os = words.map((word) => OPERATING_SYSTEMS[word]).find((found) => found !== undefined)
  const cpu = words.find((word) => PROCESSORS.includes(word))
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(version)) return []
  const libc = /musl/.test(name) ? { libc: ['musl'] } : /gnu/.test(name) ? { libc: ['glibc'] } : {}
  const dev = isDevelopment ? { dev: true } : {}
  return [[`node_modules/${name}`, { version, cpu: [cpu], ...libc, ...dev, optional: true, os: [os] }]]
}
