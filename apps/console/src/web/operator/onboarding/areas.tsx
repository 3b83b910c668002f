import { sellerUrl } from '../api.ts';
import type { PlaceJson } from '../api.ts';
import { DataTable } from '../manage/data-table.tsx';
import { Place, placeKey } from '../format.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useAsked } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { Ask } from './parts.tsx';
import type { Plan } from './parts.tsx';
import { useText } from './texts.ts';

type AreaJson = { areaId: string; name?: string; places?: PlaceJson[]; regionCode?: string };

/** What is asked of an area, new or there already. */
function usePlan(seller: string): (area: AreaJson) => Plan {
  const text = useText();
  return ({ areaId, name = '', places = [], regionCode = '' }) => ({
    title: areaId === '' ? text('newArea') : `${text('newArea')}: ${areaId}`,
    url: sellerUrl(seller, ['areas']),
    fields: [
      { name: 'areaId', label: 'areaId' as const, kind: 'name' as const, value: areaId },
      { name: 'name', label: 'areaName' as const, value: name },
      {
        name: 'places',
        label: 'places' as const,
        kind: 'optional' as const,
        value: places.map((place) => placeKey(place)).join(', '),
        hint: 'placesHint' as const,
      },
      {
        name: 'region',
        label: 'region' as const,
        kind: 'optional' as const,
        value: regionCode,
        hint: 'regionHint' as const,
      },
    ],
    bodyOf: (values: Readonly<Record<string, string | number>>) => ({
      areaId: values['areaId'],
      name: values['name'],
      region: String(values['region'] ?? ''),
      places: String(values['places'] ?? '')
        .split(/[,，\s]+/)
        .filter((place) => place !== ''),
    }),
  });
}

/** The areas of a seller, and the places that serve each. */
export function Areas({ seller, canAct }: { seller: string; canAct: boolean }) {
  const text = useText();
  const { asked, ask } = useAsked();
  const token = asked('areas');
  const planOf = usePlan(seller);
  const answer = useRead<{ areas?: AreaJson[]; nextToken?: string }>(
    sellerUrl(seller, ['areas'], { token }),
  );
  const again = () => void answer.refetch();
  const create = (
    <Ask isMain label={text('newArea')} plan={planOf({ areaId: '' })} onDone={again} />
  );
  const manage = useManageText();
  return (
    <Block title={text('areas')} of={answer} extra={canAct ? create : null}>
      {({ areas = [], nextToken }) => (
        <>
          <DataTable<AreaJson>
            rowKey="areaId"
            size="small"
            dataSource={areas}
            columns={[
              { title: text('areaId'), dataIndex: 'areaId' },
              { title: text('areaName'), dataIndex: 'name' },
              { title: text('region'), render: (_, { regionCode = '' }) => regionCode || '—' },
              {
                title: text('places'),
                render: (_, { places = [] }) =>
                  places.length === 0
                    ? text('noPlaces')
                    : places.map((place) => (
                        <div key={placeKey(place)}>
                          <Place value={place} />
                        </div>
                      )),
              },
              {
                title: '',
                render: (_, area) =>
                  canAct ? (
                    <Ask label={manage('change')} plan={planOf(area)} onDone={again} />
                  ) : null,
              },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ areas: next })} />
        </>
      )}
    </Block>
  );
}
