"""Golden training steps of networks with batch normalization, strides, "same" padding, means, residuals and
concatenation, from TensorFlow 2.15.1 and NSL 1.4.0 on one CPU. usage: make_layer_golden.py OUT.json"""
import os, sys, json
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'; os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'
import numpy as np, tensorflow as tf, neural_structured_learning as nsl
K = tf.keras.layers
rs = np.random.RandomState(11); tf.keras.utils.set_random_seed(11)
f32 = lambda a: np.asarray(a, np.float32)
T = lambda a: dict(shape=list(np.asarray(a).shape), data=[float('%.7g' % v) for v in f32(a).ravel()])

def plain():
  i = tf.keras.Input([9, 8, 2], name='image')
  h = K.Conv2D(8, 3, padding='same', use_bias=False)(i)
  h = K.Activation('relu')(K.BatchNormalization()(h))
  h = K.AveragePooling2D(2, padding='same')(h)
  h = K.Conv2D(5, 3, strides=2, padding='same', activation='tanh')(h)
  h = K.Dense(6)(K.Flatten()(h))
  h = K.Activation('relu')(K.BatchNormalization(momentum=0.9)(h))
  return tf.keras.Model(i, K.Dense(3)(h))

def residual():
  i = tf.keras.Input([9, 8, 2], name='image')
  h = K.Activation('relu')(K.Conv2D(4, 3, padding='same')(i))
  r = K.BatchNormalization()(K.Conv2D(4, 3, padding='same', use_bias=False)(h))
  h = K.Activation('relu')(K.add([h, r]))
  h = K.MaxPooling2D(3, strides=2, padding='same')(h)
  a = K.Conv2D(3, 1)(h); b = K.Conv2D(5, (3, 2), padding='same', activation='elu')(h)
  h = K.GlobalAveragePooling2D()(K.concatenate([a, b]))
  return tf.keras.Model(i, K.Dense(3)(h))

def flat():
  i = tf.keras.Input([9, 8, 2], name='image')
  h = K.Conv2D(3, 3, strides=(2, 3), activation='relu')(i)
  h = K.BatchNormalization()(K.Flatten()(h))
  h = K.concatenate([h, K.Dense(4, activation='sigmoid')(h)])
  return tf.keras.Model(i, K.Dense(3, use_bias=False)(h))

doc = dict(source='tensorflow 2.15.1, neural-structured-learning 1.4.0, float32, CPU; NHWC', trainings=[])
bx = f32(rs.rand(3, 6, 9, 8, 2)); by = rs.randint(0, 3, (3, 6)).astype(np.int32)
doc['batches_x'] = [T(b) for b in bx]; doc['batches_y'] = by.tolist()
ordered = lambda m: m.trainable_weights + m.non_trainable_weights
nsl1 = dict(multiplier=0.2, adv_step_size=0.2, adv_grad_norm='infinity')
pgd = dict(multiplier=0.5, adv_step_size=0.3, adv_grad_norm='l2', pgd_iterations=3, pgd_epsilon=0.6)
cases = [('plain', plain, None), ('plain', plain, nsl1), ('plain', plain, pgd), ('residual', residual, None),
         ('residual', residual, nsl1), ('flat', flat, nsl1)]
for name, build, config in cases:
  m = build(); w0 = []
  for v in ordered(m):
    a = v.numpy() + 0.05 * rs.randn(*v.shape)
    w0.append(f32(a)); v.assign(w0[-1])
  rec = dict(network=name, adv_config=config, weights=[T(a) for a in w0], names=[v.name for v in ordered(m)],
             logits_inference=T(m(bx[0], training=False)), steps=[])
  loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
  opt = tf.keras.optimizers.SGD(0.05)
  if config is None:
    m.compile(opt, loss=loss); step = lambda k: dict(loss=float(m.train_on_batch(bx[k], by[k])))
  else:
    a = nsl.keras.AdversarialRegularization(m, label_keys=['label'], adv_config=nsl.configs.make_adv_reg_config(**config))
    a.compile(opt, loss=loss)
    step = lambda k: {n: float(v) for n, v in a.train_on_batch({'image': tf.constant(bx[k]), 'label': tf.constant(by[k])}, return_dict=True, reset_metrics=True).items()}
  for k in range(3):
    losses = step(k)
    rec['steps'].append(dict(losses=losses, weights=[T(v) for v in ordered(m)]))
  rec['logits_after'] = T(m(bx[0], training=False))
  doc['trainings'].append(rec)
json.dump(doc, open(sys.argv[1], 'w'), separators=(',', ':')); print(os.path.getsize(sys.argv[1]))
for r in doc['trainings']: print(r['network'], r['adv_config'], [s['losses'] for s in r['steps']])
