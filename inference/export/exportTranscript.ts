import type { PictureLook } from '../../core/export/pictureLook';
import type { ShownTranscript, TranscriptFormat } from '../../core/protocol/speechProtocol';
import { formatTime } from '../../core/speech/formatTime';
import { writesSpaces } from '../../core/speech/speechWords';
import { srt, subtitleCues, webVtt, wordCues } from '../../core/speech/subtitles';
import { transcriptCsv, transcriptJson } from '../../core/speech/transcriptTable';
import { waveformSvg } from '../../core/speech/waveformSvg';

/** A transcript as the content of a file: its words, or the picture of its waveform. */
export function exportTranscript(
  format: TranscriptFormat,
  { title, text, words, language, read, picture }: ShownTranscript,
  { colors, heat }: PictureLook,
): string {
  const cues = () => subtitleCues(words, writesSpaces(language));
  switch (format) {
    case 'csv':
      return transcriptCsv(words);
    case 'json':
      return transcriptJson(title, text, language, words, read);
    case 'srt':
      return srt(cues());
    case 'vtt':
      return webVtt(cues());
    case 'srtWords':
      return srt(wordCues(words));
    case 'vttWords':
      return webVtt(wordCues(words));
    case 'txt':
      return `${text}\n`;
    case 'svg': {
      const { view, chosen } = picture;
      const range = `${formatTime(view.start)} to ${formatTime(view.end)}`;
      return waveformSvg(
        picture,
        {
          title,
          subtitle: `${read.model.id} · ${read.model.dtype} · ${range}`,
          description: chosen
            ? `Waveform from ${range}, and where the model listened as it wrote “${chosen.text}”`
            : picture.moment === undefined
              ? `Waveform from ${range}`
              : `Waveform from ${range}, and what the model’s encoder looks at from ${formatTime(picture.moment, 2)}`,
        },
        { ...colors, heat: heat.colors[heat.colors.length - 1] },
      );
    }
  }
}
