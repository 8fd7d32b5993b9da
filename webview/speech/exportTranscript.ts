import type { SpeechContent } from '../../core/protocol/speechProtocol';
import type { SpeechWord } from '../../core/speech/transcript';
import { formatTime } from '../../core/speech/formatTime';
import { srt, subtitleCues, webVtt } from '../../core/speech/subtitles';
import { transcriptCsv, transcriptJson } from '../../core/speech/transcriptTable';
import type { WaveformContent } from '../../core/speech/waveformPicture';
import { waveformSvg } from '../../core/speech/waveformSvg';
import { cssColor } from '../common/colorScale';
import { currentTheme } from '../common/theme';
import { paintWaveform, pictureHeight } from './paintWaveform';

/** What a transcript can be saved as. */
export type TranscriptFormat = 'svg' | 'png' | 'csv' | 'json' | 'srt' | 'vtt' | 'txt';

const pictureWidth = 1000;

/** The file of a format: its name and content. */
export async function exportTranscript(
  format: TranscriptFormat,
  { title, text, words, language, read }: Extract<SpeechContent, { phase: 'transcript' }>,
  picture: WaveformContent,
): Promise<{ name: string; data: string | Uint8Array }> {
  const name = `${title
    .split('/')
    .pop()!
    .replace(/\.[^.]*$/, '')}${format === 'svg' || format === 'png' ? wordSuffix(picture.chosen) : ''}.${format}`;
  const cues = () => subtitleCues(words, !/^(zh|ja|th|lo|my|yue)$/.test(language ?? ''));
  switch (format) {
    case 'csv':
      return { name, data: transcriptCsv(words) };
    case 'json':
      return { name, data: transcriptJson(title, text, language, words, read) };
    case 'srt':
      return { name, data: srt(cues()) };
    case 'vtt':
      return { name, data: webVtt(cues()) };
    case 'txt':
      return { name, data: `${text}\n` };
    case 'png':
      return { name, data: await png(picture) };
    case 'svg':
      return { name, data: svg(title, `${read.model.id} · ${read.model.dtype}`, picture) };
  }
}

function wordSuffix(word: SpeechWord | undefined): string {
  const letters = word?.text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  return letters ? `-${letters}` : '';
}

function svg(title: string, subtitle: string, picture: WaveformContent): string {
  const { chosen, view } = picture;
  const theme = currentTheme();
  const range = `${formatTime(view.start)} to ${formatTime(view.end)}`;
  return waveformSvg(
    picture,
    {
      title,
      subtitle: `${subtitle} · ${range}`,
      description: chosen
        ? `Waveform from ${range}, and where the model listened as it wrote “${chosen.text}”`
        : `Waveform from ${range}`,
    },
    { ...theme, heat: theme.heat.colors[theme.heat.colors.length - 1] },
    pictureWidth,
  );
}

async function png(picture: WaveformContent): Promise<Uint8Array> {
  const scale = 2;
  const theme = currentTheme();
  const canvas = new OffscreenCanvas(pictureWidth * scale, pictureHeight * scale);
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = cssColor(theme.background);
  context.fillRect(0, 0, pictureWidth, pictureHeight);
  paintWaveform(context, picture, pictureWidth, theme);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}
