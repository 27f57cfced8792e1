package swivel.lpv;

import java.util.List;
import java.util.OptionalInt;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Symbols;
import swivel.formats.kernel.FlatHead;
import swivel.formats.linux.Kallsyms;
import swivel.lpv.CodeMap.Range;

/**
 * A flat image: nothing but bytes, of which the first is executed first.
 *
 * @param symbols what its own symbol tables tell, if it is Linux with kallsyms
 * @param linkAddress the virtual address of the first byte, if the symbols tell
 * @param code where its code is
 */
record FlatImage(Symbols symbols, OptionalInt linkAddress, CodeMap code) {

    /** A Thumb kernel is entered by one of so many words at the start. */
    private static final int HEAD = 8;

    /** {@code adr rX, next + 1}, and {@code bx rX}: how Linux enters a Thumb kernel. */
    private static final int ADR_NEXT_THUMB = 0xe28f0001;

    private static final int ADR_NEXT_THUMB_MASK = 0xffff0fff;
    private static final int BX = 0xe12fff10;
    private static final int BX_MASK = 0xfffffff0;

    static FlatImage of(byte[] image, String name) throws ImageException {
        checkHead(image, name);
        Kallsyms kallsyms = Kallsyms.find(image);
        if (kallsyms != null) {
            Symbols symbols = kallsyms.code();
            OptionalInt base = LinuxImage.linkAddress(image, symbols);
            if (base.isPresent()) {
                return new FlatImage(symbols, base, LinuxImage.code(image, base.getAsInt(), symbols));
            }
        }
        return new FlatImage(Symbols.NONE, OptionalInt.empty(), unknown(image, name));
    }

    private static CodeMap unknown(byte[] image, String name) throws ImageException {
        Range all = new Range(0, 0, image.length & ~3);
        if (T32Signs.areIn(image, List.of(all))) {
            throw T32Signs.some(name);
        }
        CodeFlow flow = new CodeFlow(image);
        flow.addData(all);
        flow.addRange(all);
        flow.addStartAt(0, image.length & ~3);
        flow.follow();
        if (flow.callsT32()) {
            throw T32Signs.some(name);
        }
        flow.followPrologues();
        flow.trim();
        return flow;
    }

    private static void checkHead(byte[] image, String name) throws ImageException {
        for (int i = 0; i + 1 < HEAD && 4 * i + 8 <= image.length; i++) {
            boolean address = (Bytes.word(image, 4 * i) & ADR_NEXT_THUMB_MASK) == ADR_NEXT_THUMB;
            if (address && (Bytes.word(image, 4 * i + 4) & BX_MASK) == BX) {
                throw T32Signs.only(name);
            }
        }
        FlatHead.check(image, name);
    }
}
