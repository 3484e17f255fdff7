import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { KafkaConnection } from '../../engine/sources/kafka/kafka-connection.ts';
import { freePort } from '../../scripts/free-port.mjs';
import { javaCommand } from '../../scripts/kafka/broker-jars.mjs';
import { runGmv } from '../run-gmv.ts';
import {
  makeTopic,
  messagesFor,
  openTestSource,
  sendTo,
  type TestSourceOptions,
  withAdmin,
  withTestSource,
} from './consume-bed.ts';
import { type KafkaBed, openKafkaBed, readTopic, skipped } from './kafka-bed.ts';

const START_MS = 600_000;
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const USER = { username: 'alice', password: 'open sesame 42' };

let folder = '';
let bed: KafkaBed;
let ca = '';
/** host:port by listener. */
const address: Record<string, string> = {};

beforeAll(async () => {
  if (skipped !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'gmv-kafka-secure-'));
  const keystore = makeCertificate();
  const listeners = [];
  for (const [name, protocol] of Object.entries({ PASS: 'SASL_PLAINTEXT', CRYPT: 'SSL', BOTH: 'SASL_SSL' })) {
    const port = await freePort();
    address[name] = `127.0.0.1:${port}`;
    listeners.push({ name, protocol, port });
  }
  const modules = 'org.apache.kafka.common.security';
  const settings = {
    'sasl.enabled.mechanisms': MECHANISMS.join().toUpperCase(),
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': keystore,
    'ssl.keystore.password': 'changeit',
    ...Object.fromEntries(
      ['pass', 'both'].flatMap((name) => [
        [
          `listener.name.${name}.plain.sasl.jaas.config`,
          `${modules}.plain.PlainLoginModule required user_alice="${USER.password}";`,
        ],
        ...['256', '512'].map((bits) => [
          `listener.name.${name}.scram-sha-${bits}.sasl.jaas.config`,
          `${modules}.scram.ScramLoginModule required;`,
        ]),
      ]),
    ),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'allow.everyone.if.no.acl.found': 'true',
  };
  const format = ['256', '512'].flatMap((bits) => [
    '--add-scram',
    `SCRAM-SHA-${bits}=[name=alice,password="${USER.password}"]`,
  ]);
  bed = await openKafkaBed({ listeners, settings, format });
  await makeTopic(bed.kafka, 'secret', 2);
  await sendTo({ kafka: bed.kafka, topic: 'secret', messages: messagesFor(2, 100) });
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(async () => {
  await bed?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, START_MS);

/** A key of its own, which signed itself; both by the keytool that comes with Java. */
function makeCertificate(): string {
  const keystore = join(folder, 'broker.p12');
  const command = javaCommand().replace(/java$/, 'keytool');
  const keytool = (...args: string[]) =>
    execFileSync(command, [...args, '-alias', 'broker', '-keystore', keystore, '-storepass', 'changeit'], {
      stdio: 'pipe',
    });
  keytool(
    '-genkeypair',
    '-keyalg',
    'EC',
    '-storetype',
    'PKCS12',
    '-dname',
    'CN=broker',
    '-ext',
    'SAN=IP:127.0.0.1',
  );
  keytool('-exportcert', '-rfc', '-file', join(folder, 'broker.pem'));
  ca = readFileSync(join(folder, 'broker.pem'), 'utf8');
  return keystore;
}

const readAll = (
  listener: string,
  connection: Omit<KafkaConnection, 'brokers'>,
  more?: Partial<TestSourceOptions>,
) =>
  withTestSource(
    '',
    { topics: ['secret'], connection: { brokers: [address[listener] ?? ''], ...connection }, ...more },
    async ({ rows, until }) => {
      await until(() => rows.length >= 100);
      return rows.length;
    },
  );

it.each(MECHANISMS)('reads with a password by %s, in the clear and under TLS', async (mechanism) => {
  const sasl = { mechanism, ...USER };
  expect(await readAll('PASS', { sasl })).toBe(100);
  expect(await readAll('BOTH', { sasl, ssl: { ca } })).toBe(100);
});

it('gmv produce sends with the TLS and the password of the configuration; brokers that are given win', async () => {
  const sasl = { mechanism: 'scram-sha-256', ...USER };
  const produce = async (kafka: object, ...more: string[]) => {
    const project = mkdtempSync(join(folder, 'project-'));
    writeFileSync(join(project, 'gmv.config.ts'), `export default ${JSON.stringify({ kafka })};\n`);
    const args = ['produce', 'simulator', '--topic', 'sent', '--limit', '50', ...more];
    return runGmv(args, { folder: project });
  };
  const both = address.BOTH ?? '';
  const ends = [
    await produce({ brokers: [both], ssl: { ca }, sasl }),
    await produce({ brokers: ['127.0.0.1:1'], ssl: { ca }, sasl }, '--brokers', both),
    await produce({ brokers: [both], ssl: { ca }, sasl: { ...sasl, password: 'guessed' } }),
  ];
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 1]);
  expect(ends[2]?.stderr).toMatch(/^gmv: Orders can't be sent to topic sent: .*password/i);
  expect(await readTopic(bed.kafka, 'sent')).toHaveLength(100);
});

it('reads under TLS alone', async () => {
  expect(await readAll('CRYPT', { ssl: { ca } })).toBe(100);
});

it.each(MECHANISMS)('a wrong password by %s is one error that says so', async (mechanism) => {
  const sasl = { mechanism, ...USER, password: 'guessed' };
  const problem: unknown = await readAll('PASS', { sasl }).catch((error: unknown) => error);
  expect(problem).toMatchObject({
    code: 'kafka_denied',
    retriable: false,
    message: expect.stringMatching(/^Orders can’t be read from Kafka: .*authentication failed.*password/i),
  });
  expect(String(problem)).not.toContain('guessed');
});

it('a certificate that nobody vouches for, or of another host, is one error that says so', async () => {
  await expect(readAll('CRYPT', { ssl: true })).rejects.toMatchObject({
    code: 'kafka_denied',
    message: expect.stringMatching(/self-signed certificate.*who signed it/),
  });
  const elsewhere = { brokers: [`localhost:${address.CRYPT?.split(':')[1]}`], ssl: { ca } };
  await expect(readAll('CRYPT', elsewhere)).rejects.toMatchObject({
    code: 'kafka_denied',
    message: expect.stringMatching(/altnames/),
  });
});

it('a topic that the user may not read is one error that says so', async () => {
  await makeTopic(bed.kafka, 'locked', 1);
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const acl = {
    resourceType: AclResourceTypes.TOPIC,
    resourceName: 'locked',
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:bob',
    host: '*',
    operation: AclOperationTypes.READ,
    permissionType: AclPermissionTypes.ALLOW,
  };
  await withAdmin(bed.kafka, async (admin) => {
    await admin.createAcls({ acl: [acl] });
    // The controller has it before the broker goes by it.
    const known = async () => (await admin.describeAcls(acl)).resources.length;
    await expect.poll(known).toBe(1);
  });
  const sasl = { mechanism: 'plain' as const, ...USER };
  await expect(readAll('PASS', { sasl }, { topics: ['secret', 'locked'] })).rejects.toMatchObject({
    code: 'kafka_denied',
    message: expect.stringMatching(/refuses \((topic|partition) locked.*authorized/i),
  });
});

it.each([
  ['PASS', {}],
  ['CRYPT', {}],
  ['PASS', { ssl: true }],
] as const)(
  'listener %s with %o closes at once, which is said with what it may want',
  async (listener, connection) => {
    const reader = openTestSource('', {
      topics: ['secret'],
      connection: { brokers: [address[listener] ?? ''], ...connection },
    });
    await reader.until(() => reader.events.length > 0);
    await reader.source.close();
    expect(reader.events).toMatchObject([
      { kind: 'lost', message: expect.stringMatching(/it wants TLS or a password, or neither\.$/) },
    ]);
  },
);
