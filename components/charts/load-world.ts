import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { cutAntimeridian } from './cut-antimeridian.ts';
import { loadEcharts } from './echarts-core.ts';
import { smallPlaces } from './small-places.ts';
import { WORLD_MAP } from './world-map.ts';

const ANTARCTICA = '010';

let loading: Promise<void> | null = null;

async function load(): Promise<void> {
  const [{ feature }, atlas] = await Promise.all([
    import('topojson-client'),
    import('world-atlas/countries-110m.json'),
  ]);
  const topology = (atlas.default ?? atlas) as unknown as Topology<{ countries: GeometryCollection }>;
  const world = feature(topology, topology.objects.countries) as FeatureCollection<Polygon | MultiPolygon>;
  const features = world.features
    .filter((country) => country.id !== ANTARCTICA)
    .map((country) => ({
      ...cutAntimeridian(country),
      properties: { name: country.id === undefined ? String(country.properties?.name) : String(country.id) },
    }));
  const json = {
    type: 'FeatureCollection',
    features: [...features, ...smallPlaces()],
  } as unknown as Parameters<ReturnType<typeof loadEcharts>['registerMap']>[1];
  loadEcharts().registerMap(WORLD_MAP, json);
}

/** Loads the atlas once (110 kB) and registers it; after a failure the next call loads it. */
export function loadWorld(): Promise<void> {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}
