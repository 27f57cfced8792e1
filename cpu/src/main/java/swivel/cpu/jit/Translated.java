package swivel.cpu.jit;

import java.util.Arrays;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.CodeBudget;

/** A translation that is in the code memory, and how it is linked. */
public final class Translated {
    final CodeBlock block;
    /** Its number in {@link Translations}. */
    public final int id;
    /** Host address of its start. */
    public final long host;
    /** As in {@link Translation}. */
    public final int[] links;

    /** It must not be entered or resumed any more. */
    boolean dead;

    // Guarded links of others to this one: whose, and which.
    private static final Translated[] NOBODY = {};
    private static final int[] NOTHING = {};

    private Translated[] sources = NOBODY;
    private int[] indexes = NOTHING;
    private int incoming;

    Translated(CodeBlock block, int id, long host, int[] links) {
        this.block = block;
        this.id = id;
        this.host = host;
        this.links = links;
    }

    /** One, its array of links, and its place in the table. */
    private static final int BYTES = 64 + CodeBudget.ARRAY + 16;
    /** A link: its ints, and its place in the list of its target, which may be half empty. */
    private static final int LINK_BYTES = 4 * Translation.LINK_INTS + 2 * 8;

    /** What it takes of the {@link CodeBudget}. */
    int bytes() {
        return BYTES + links.length / Translation.LINK_INTS * LINK_BYTES;
    }

    void addIncoming(Translated source, int index) {
        if (incoming == sources.length) {
            forgetDead();
            int room = 2 * incoming + 2;
            sources = Arrays.copyOf(sources, room);
            indexes = Arrays.copyOf(indexes, room);
        }
        sources[incoming] = source;
        indexes[incoming++] = index;
    }

    /** Without this a translation that lives long would keep all that ever led to it. */
    private void forgetDead() {
        int kept = 0;
        for (int i = 0; i < incoming; i++) {
            if (!sources[i].dead) {
                sources[kept] = sources[i];
                indexes[kept++] = indexes[i];
            }
        }
        Arrays.fill(sources, kept, incoming, null);
        incoming = kept;
    }

    /** What is done with a link. */
    @FunctionalInterface
    interface LinkAction {
        void accept(Translated source, int index);
    }

    /** Forgets the links of others to this one after something was done with each. */
    void dropIncoming(LinkAction action) {
        for (int i = 0; i < incoming; i++) {
            if (!sources[i].dead) {
                action.accept(sources[i], indexes[i]);
            }
        }
        incoming = 0;
        sources = NOBODY;
        indexes = NOTHING;
    }
}
