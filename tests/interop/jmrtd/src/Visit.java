import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import net.sf.scuba.smartcards.CardFileInputStream;
import net.sf.scuba.smartcards.CardServiceException;

import org.jmrtd.BACKey;
import org.jmrtd.DefaultFileSystem;
import org.jmrtd.PACEKeySpec;
import org.jmrtd.PassportService;
import org.jmrtd.lds.CardAccessFile;
import org.jmrtd.lds.LDSFileUtil;
import org.jmrtd.lds.PACEInfo;
import org.jmrtd.lds.SODFile;
import org.jmrtd.lds.SecurityInfo;
import org.jmrtd.lds.icao.COMFile;
import org.jmrtd.lds.icao.DG14File;
import org.jmrtd.lds.icao.DG15File;
import org.jmrtd.lds.icao.DG1File;
import org.jmrtd.lds.icao.DG2File;
import org.jmrtd.lds.icao.MRZInfo;
import org.jmrtd.protocol.EACCAResult;
import org.jmrtd.protocol.PACEResult;
import org.jmrtd.protocol.ReadBinaryAPDUSender;

/** One document, from power on; the steps in the order the driver wants them. */
final class Visit {
    private static final Map<String, String> PACE_KINDS = Map.of("dh-gm", "1", "ecdh-gm", "2", "dh-im", "3",
            "ecdh-im", "4", "ecdh-cam", "6");
    private static final Map<String, String> SUITES = Map.of("3des", "1", "aes-128", "2", "aes-192", "3",
            "aes-256", "4");
    private static final String PACE_ARC = "0.4.0.127.0.7.2.2.4.";
    private static final int DG3 = 3;
    private static final int DG4 = 4;

    private final Order order;
    private final VpcdCard card;
    private final PassportService service;
    private final Map<Integer, byte[]> groups = new TreeMap<>();
    private byte[] sod;
    private PACEResult pace;
    private EACCAResult ca;

    Visit(VpcdCard card, Order order) {
        this.order = order;
        this.card = card;
        boolean isExtended = order.has("read") && order.get("read").equals("extended");
        boolean isShort = order.has("read") && order.get("read").equals("sfi");
        service = new PassportService(card, PassportService.EXTENDED_MAX_TRANCEIVE_LENGTH,
                isExtended ? PassportService.EXTENDED_MAX_TRANCEIVE_LENGTH : PassportService.NORMAL_MAX_TRANCEIVE_LENGTH,
                isExtended ? 1900 : PassportService.DEFAULT_MAX_BLOCKSIZE, isShort, true);
    }

    /** A failure of these leaves no session to go on with. */
    static boolean ends(String step) {
        return step.equals("plain") || step.equals("bac") || step.equals("pace") || step.equals("ca")
                || step.equals("ca-early") || step.equals("ta") || step.equals("read");
    }

    void step(String step) throws Exception {
        switch (step) {
        case "plain" -> openPlain();
        case "bac" -> openBac();
        case "pace" -> openPace();
        case "cs" -> Signed.cardSecurity(readAnew(PassportService.EF_CARD_SECURITY), order);
        case "cam" -> Proof.cam(pace, readAnew(PassportService.EF_CARD_SECURITY));
        case "app" -> service.sendSelectApplet(true);
        case "read" -> readAll();
        case "pa" -> checkAll();
        case "ca" -> authenticateChip();
        case "aa" -> Proof.aa(service, new DG15File(new ByteArrayInputStream(groups.get(15))), groups.get(14));
        case "ta" -> authenticateTerminal();
        default -> throw new IllegalArgumentException("no step " + step);
        }
    }

    // --- ways in ----------------------------------------------------------------------

    private BACKey bacKey() {
        MRZInfo mrz = new MRZInfo(order.get("mrz").replace("/", ""));
        return new BACKey(mrz.getDocumentNumber(), mrz.getDateOfBirth(), mrz.getDateOfExpiry());
    }

    private void openPlain() throws CardServiceException {
        service.open();
        service.sendSelectApplet(false);
    }

    private void openBac() throws CardServiceException {
        service.open();
        service.sendSelectApplet(false);
        service.doBAC(bacKey());
    }

    private static String oid(String word) {
        int suite = word.endsWith("3des") ? word.length() - 4 : word.length() - 7;
        return PACE_ARC + PACE_KINDS.get(word.substring(0, suite - 1)) + "." + SUITES.get(word.substring(suite));
    }

    /** The info that the order means, as it stands in EF.CardAccess. */
    private PACEInfo offered() throws Exception {
        String[] word = order.get("pace").split(":");
        CardAccessFile file = new CardAccessFile(new ByteArrayInputStream(read(PassportService.EF_CARD_ACCESS)));
        for (SecurityInfo info : file.getSecurityInfos()) {
            if (info instanceof PACEInfo p && p.getObjectIdentifier().equals(oid(word[0]))
                    && p.getParameterId().equals(new BigInteger(word[1]))) {
                return p;
            }
        }
        throw new Wrong("EF.CardAccess does not offer " + order.get("pace"));
    }

    private void openPace() throws Exception {
        service.open();
        PACEInfo info = offered();
        PACEKeySpec key = order.get("password").equals("can") ? PACEKeySpec.createCANKey(order.get("can"))
                : PACEKeySpec.createMRZKey(bacKey());
        pace = service.doPACE(key, info.getObjectIdentifier(), PACEInfo.toParameterSpec(info.getParameterId()),
                info.getParameterId());
        if (!order.list("do").contains("cs")) {
            service.sendSelectApplet(true);
        }
    }

    // --- files ------------------------------------------------------------------------

    private byte[] read(short fid) throws CardServiceException, IOException {
        try (InputStream in = service.getInputStream(fid, service.getMaxReadBinaryLength())) {
            return in.readAllBytes();
        }
    }

    /**
     * Read from the chip, here and now, with what JMRTD has for it: its PassportService answers a second time from
     * memory, and reads files of the master file without the session's protection.
     */
    private byte[] readAnew(short fid) throws CardServiceException, IOException {
        DefaultFileSystem files = new DefaultFileSystem(new ReadBinaryAPDUSender(card), false);
        files.setWrapper(service.getWrapper());
        files.selectFile(fid);
        try (InputStream in = new CardFileInputStream(service.getMaxReadBinaryLength(), files)) {
            return in.readAllBytes();
        }
    }

    private void readAll() throws Exception {
        COMFile com = new COMFile(new ByteArrayInputStream(read(PassportService.EF_COM)));
        sod = read(PassportService.EF_SOD);
        for (int tag : com.getTagList()) {
            int group = LDSFileUtil.lookupDataGroupNumberByTag(tag);
            if (group != DG3 && group != DG4) {
                groups.put(group, read(LDSFileUtil.lookupFIDByDataGroupNumber(group)));
            }
        }
        DG1File dg1 = new DG1File(new ByteArrayInputStream(groups.get(1)));
        Wrong.unless(order.get("mrz").replace("/", "").equals(dg1.getMRZInfo().toString().replace("\n", "")),
                "DG1 says otherwise than the page");
        DG2File dg2 = new DG2File(new ByteArrayInputStream(groups.get(2)));
        Wrong.unless(dg2.getFaceInfos().get(0).getFaceImageInfos().get(0).getImageLength() > 1000, "DG2 has no picture");
    }

    /** The group's hash is the one in EF.SOD. */
    private void check(SODFile file, int group, byte[] contents) throws Exception {
        byte[] hash = MessageDigest.getInstance(file.getDigestAlgorithm()).digest(contents);
        Wrong.unless(Arrays.equals(hash, file.getDataGroupHashes().get(group)), "DG" + group + " has another hash");
    }

    private void checkAll() throws Exception {
        Signed.document(sod, order);
        SODFile file = new SODFile(new ByteArrayInputStream(sod));
        for (Map.Entry<Integer, byte[]> group : groups.entrySet()) {
            check(file, group.getKey(), group.getValue());
        }
    }

    // --- proofs -----------------------------------------------------------------------

    private void authenticateChip() throws Exception {
        DG14File dg14 = new DG14File(new ByteArrayInputStream(groups.get(14)));
        ca = Proof.ca(service, dg14, order.has("ca") ? SUITES.get(order.get("ca")) : null);
        // Only who has the chip's key can answer in the new session.
        Wrong.unless(Arrays.equals(readAnew(PassportService.EF_DG1), groups.get(1)), "DG1 is another one now");
    }

    private void authenticateTerminal() throws Exception {
        MRZInfo mrz = new MRZInfo(order.get("mrz").replace("/", ""));
        Terminal.open(card, service, order, read(PassportService.EF_CVCA), ca, pace, mrz.getDocumentNumber());
        SODFile file = new SODFile(new ByteArrayInputStream(sod));
        for (int group : new int[] {DG3, DG4}) {
            check(file, group, read(LDSFileUtil.lookupFIDByDataGroupNumber(group)));
        }
    }
}
