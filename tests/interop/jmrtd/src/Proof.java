import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.ISO9796d2Signer;
import org.bouncycastle.crypto.util.DigestFactory;
import org.bouncycastle.jce.interfaces.ECPublicKey;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.jmrtd.PassportService;
import org.jmrtd.lds.ActiveAuthenticationInfo;
import org.jmrtd.lds.ChipAuthenticationInfo;
import org.jmrtd.lds.ChipAuthenticationPublicKeyInfo;
import org.jmrtd.lds.SecurityInfo;
import org.jmrtd.lds.icao.DG14File;
import org.jmrtd.lds.icao.DG15File;
import org.jmrtd.protocol.AAResult;
import org.jmrtd.protocol.EACCAResult;
import org.jmrtd.protocol.PACECAMResult;
import org.jmrtd.protocol.PACEGMMappingResult;
import org.jmrtd.protocol.PACEResult;

/** The chip's own key: chip authentication, chip authentication mapping, active authentication. */
final class Proof {
    private static final int CHALLENGE = 8;

    private Proof() {
    }

    private static <T> List<T> infos(Class<T> kind, Collection<SecurityInfo> among) {
        return among.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    // --- chip authentication ------------------------------------------------------------

    /** With the info of that suite; null: with none, as early documents want it. */
    static EACCAResult ca(PassportService service, DG14File dg14, String suite) throws Exception {
        List<ChipAuthenticationPublicKeyInfo> keys = infos(ChipAuthenticationPublicKeyInfo.class, dg14.getSecurityInfos());
        List<ChipAuthenticationInfo> infos = infos(ChipAuthenticationInfo.class, dg14.getSecurityInfos());
        if (suite == null) {
            Wrong.unless(infos.isEmpty(), "there is a ChipAuthenticationInfo");
            return service.doEACCA(keys.get(0).getKeyId(), null, keys.get(0).getObjectIdentifier(), keys.get(0).getSubjectPublicKey());
        }
        for (ChipAuthenticationInfo info : infos) {
            if (info.getObjectIdentifier().endsWith("." + suite)) {
                ChipAuthenticationPublicKeyInfo key = keyOf(info, keys);
                return service.doEACCA(info.getKeyId(), info.getObjectIdentifier(), key.getObjectIdentifier(), key.getSubjectPublicKey());
            }
        }
        throw new Wrong("no ChipAuthenticationInfo of that suite");
    }

    private static ChipAuthenticationPublicKeyInfo keyOf(ChipAuthenticationInfo info, List<ChipAuthenticationPublicKeyInfo> keys)
            throws Wrong {
        String agreement = ChipAuthenticationInfo.toKeyAgreementAlgorithm(info.getObjectIdentifier());
        for (ChipAuthenticationPublicKeyInfo key : keys) {
            boolean isSame = info.getKeyId() == null || info.getKeyId().equals(key.getKeyId());
            if (isSame && agreement.equals(ChipAuthenticationPublicKeyInfo.toKeyAgreementAlgorithm(key.getObjectIdentifier()))) {
                return key;
            }
        }
        throw new Wrong("no key for the ChipAuthenticationInfo");
    }

    // --- chip authentication mapping (Doc 9303-11, 4.4.3.5) -----------------------------

    /** The points of the keys in EF.CardSecurity, read here: JMRTD knows no standardized domain parameters in them. */
    private static List<ECPoint> keys(byte[] cardSecurity, ECCurve curve) throws Exception {
        List<ECPoint> keys = new ArrayList<>();
        for (ASN1Encodable info : ASN1Set.getInstance(Signed.contents(cardSecurity))) {
            ASN1Sequence sequence = ASN1Sequence.getInstance(info);
            if (ASN1ObjectIdentifier.getInstance(sequence.getObjectAt(0)).getId().equals(SecurityInfo.ID_PK_ECDH)) {
                ASN1Sequence key = ASN1Sequence.getInstance(sequence.getObjectAt(1));
                keys.add(curve.decodePoint(ASN1BitString.getInstance(key.getObjectAt(1)).getOctets()));
            }
        }
        return keys;
    }

    /**
     * Chip authentication data, deciphered here: JMRTD takes the block of all ones itself for the IV, where Doc
     * 9303-11 wants that block enciphered, and gets a wrong first block.
     */
    private static byte[] unsealed(PACECAMResult result) throws Exception {
        SecretKey key = result.getWrapper().getEncryptionKey();
        byte[] ones = new byte[16];
        Arrays.fill(ones, (byte) 0xFF);
        Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, key);
        Cipher cipher = Cipher.getInstance("AES/CBC/ISO7816-4Padding", "BC");
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(block.doFinal(ones)));
        return cipher.doFinal(result.getEncryptedChipAuthenticationData());
    }

    static void cam(PACEResult pace, byte[] cardSecurity) throws Exception {
        PACECAMResult result = (PACECAMResult) pace;
        PACEGMMappingResult mapping = (PACEGMMappingResult) result.getMappingResult();
        ECPoint mapped = ((ECPublicKey) mapping.getPICCMappingPublicKey()).getQ();
        BigInteger secret = new BigInteger(1, unsealed(result));
        for (ECPoint key : keys(cardSecurity, mapped.getCurve())) {
            if (key.multiply(secret).normalize().equals(mapped.normalize())) {
                return;
            }
        }
        throw new Wrong("the chip does not have the key of EF.CardSecurity");
    }

    // --- active authentication ----------------------------------------------------------

    static void aa(PassportService service, DG15File dg15, byte[] dg14) throws Exception {
        byte[] challenge = new byte[CHALLENGE];
        new SecureRandom().nextBytes(challenge);
        PublicKey key = dg15.getPublicKey();
        AAResult result = service.doAA(key, "SHA-1", key.getAlgorithm(), challenge);
        boolean isRight = key instanceof RSAPublicKey rsa ? isRecovered(rsa, challenge, result.getResponse())
                : isPlain(key, algorithm(dg14), challenge, result.getResponse());
        Wrong.unless(isRight, "wrong signature");
    }

    /** ISO/IEC 9796-2, scheme 1, with partial recovery; the trailer says the hash. */
    private static boolean isRecovered(RSAPublicKey key, byte[] challenge, byte[] signature) throws Wrong {
        Wrong.unless(signature.length == (key.getModulus().bitLength() + 7) / 8, "a signature of " + signature.length + " bytes");
        BigInteger s = new BigInteger(1, signature);
        Wrong.unless(s.compareTo(key.getModulus()) < 0, "wrong signature: not below n");
        BigInteger f = s.modPow(key.getPublicExponent(), key.getModulus());
        if (f.testBit(0)) { // B.4: the chip may answer with n - s; even is right, C being the last digit
            s = key.getModulus().subtract(s);
        }
        byte[] whole = new byte[signature.length];
        byte[] bytes = s.toByteArray();
        int from = Math.max(0, bytes.length - whole.length);
        System.arraycopy(bytes, from, whole, whole.length - (bytes.length - from), bytes.length - from);
        boolean isImplicit = s.modPow(key.getPublicExponent(), key.getModulus()).byteValue() == (byte) 0xBC;
        Digest[] digests = {DigestFactory.createSHA1(), DigestFactory.createSHA224(), DigestFactory.createSHA256(),
            DigestFactory.createSHA384(), DigestFactory.createSHA512()};
        for (Digest digest : digests) {
            if (isRecovered(key, new ISO9796d2Signer(new RSAEngine(), digest, isImplicit), challenge, whole)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRecovered(RSAPublicKey key, ISO9796d2Signer signer, byte[] challenge, byte[] signature) {
        signer.init(false, new RSAKeyParameters(false, key.getModulus(), key.getPublicExponent()));
        try {
            signer.updateWithRecoveredMessage(signature);
            if (signer.hasFullMessage()) {
                return false;
            }
            signer.update(challenge, 0, challenge.length);
            return signer.verifySignature(signature);
        } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException e) {
            return false; // the trailer says another hash
        }
    }

    private static String algorithm(byte[] dg14) throws Exception {
        List<ActiveAuthenticationInfo> infos = infos(ActiveAuthenticationInfo.class,
                new DG14File(new ByteArrayInputStream(dg14)).getSecurityInfos());
        Wrong.unless(infos.size() == 1, infos.size() + " ActiveAuthenticationInfos");
        String name = ActiveAuthenticationInfo.lookupMnemonicByOID(infos.get(0).getSignatureAlgorithmOID());
        return name.replace("ECDSA", "PLAIN-ECDSA").replace("PLAIN-PLAIN", "PLAIN");
    }

    private static boolean isPlain(PublicKey key, String algorithm, byte[] challenge, byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance(algorithm, "BC");
        verifier.initVerify(key);
        verifier.update(challenge);
        return verifier.verify(signature);
    }
}
