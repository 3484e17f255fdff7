import { LineChart, MapChart } from 'echarts/charts';
import {
  AriaComponent,
  GeoComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

let registered = false;

/** echarts with only the parts that the board draws with. */
export function loadEcharts(): typeof echarts {
  if (!registered) {
    registered = true;
    echarts.use([
      LineChart,
      MapChart,
      GridComponent,
      GeoComponent,
      TooltipComponent,
      MarkLineComponent,
      AriaComponent,
      CanvasRenderer,
    ]);
  }
  return echarts;
}
